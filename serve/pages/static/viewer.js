// A photo large, with and without what the system saw marked on it.

export function enhanceViewer(dialog) {
  const picture = dialog.querySelector("img");
  const toggle = dialog.querySelector("[data-toggle]");
  const legend = dialog.querySelector("[data-legend]");
  let shown = null;

  function show(marked) {
    toggle.setAttribute("aria-pressed", String(marked));
    picture.src = marked ? shown.dataset.marked : shown.dataset.plain;
    picture.alt = marked ? shown.querySelector("img").alt : shown.dataset.alt;
    legend.hidden = !marked;
  }

  document.querySelectorAll("a[data-enlarge]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      shown = link;
      const has_marks = Boolean(link.dataset.marked);
      toggle.hidden = !has_marks;
      const list = link.parentElement.querySelector(".legend");
      legend.replaceChildren(...(list ? [list.cloneNode(true)] : []));
      show(has_marks);
      dialog.showModal();
    });
  });
  toggle.addEventListener("click", () => show(toggle.getAttribute("aria-pressed") !== "true"));
  // Where the evidence cannot be drawn just now, the photo itself is shown.
  picture.addEventListener("error", () => {
    if (shown && !picture.src.endsWith(shown.dataset.plain)) show(false);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
