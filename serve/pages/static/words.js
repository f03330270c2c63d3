// Texts that the page brings along, filled in and shown.

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function makeElement(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export function showMistakes(texts) {
  const box = document.getElementById("mistakes");
  box.querySelector("ul").replaceChildren(
    ...texts.map((text) => makeElement("li", { textContent: text })),
  );
  box.hidden = texts.length === 0;
  if (texts.length) box.focus();
}
