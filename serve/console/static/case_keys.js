// The keyboard: one table. Keys do nothing while somebody types, but for sending and leaving.

const KEYS = {
  1: ["grade", "none"],
  2: ["grade", "minor"],
  3: ["grade", "moderate"],
  4: ["grade", "severe"],
  0: ["grade", "unknown"],
  a: ["decide", "approve"],
  d: ["decide", "decline"],
  c: ["decide", "close"],
  m: ["amount"],
  e: ["note"],
  y: ["spoilage", "yes"],
  n: ["spoilage", "no"],
  u: ["spoilage", "unknown"],
  f: ["kinds"],
  x: ["none_seen"],
  b: ["draw_box"],
  r: ["draw_region"],
  o: ["overlay"],
  p: ["packing"],
  w: ["whole"],
  z: ["undo"],
  "+": ["zoom_in"],
  "=": ["zoom_in"],
  "-": ["zoom_out"],
  ",": ["previous"],
  ".": ["next"],
  "?": ["help"],
  "？": ["help"],
  Enter: ["go_on"],
  Delete: ["delete_box"],
  Backspace: ["delete_box"],
};
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const KEYS_OFF = "freshclaim-keys-off"; // as the queue has it
const NOT_TYPED_IN = ["radio", "checkbox", "button", "submit", "range"];

export function listenToKeys(actions, dialog) {
  const use = dialog.querySelector("[data-use-keys]");
  use.checked = !localStorage.getItem(KEYS_OFF);
  use.addEventListener("change", () => {
    if (use.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    // A form that is not the verdict's: what is pressed there decides nothing here.
    if (event.target.closest("[data-no-keys]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!dialog.open && !event.repeat) actions.send();
    } else if (event.key === "Escape" && !dialog.open) {
      actions.escape();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      if (use.checked || event.key.length > 1) press(event, actions, dialog);
    }
  });
}

function press(event, actions, dialog) {
  if (ARROWS[event.key]) return moveBy(event, actions, dialog);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const [name, ...values] = KEYS[key] ?? [];
  if (!name || (dialog.open && name !== "help")) return;
  if (name === "go_on" && event.target.closest("a, button, input, label, summary")) return;
  event.preventDefault();
  if (!event.repeat || name.startsWith("zoom")) actions[name](...values);
}

// Arrows choose among radios and move sliders; elsewhere they move the chosen box, or turn photos.
function moveBy(event, actions, dialog) {
  const { type } = event.target;
  if (dialog.open || type === "radio" || type === "range") return;
  const [x, y] = ARROWS[event.key];
  if (actions.nudge(x, y, event.shiftKey)) return event.preventDefault();
  if (x && !event.repeat) actions[x < 0 ? "previous" : "next"]();
}

function isTyping(target) {
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !NOT_TYPED_IN.includes(target.type);
}
