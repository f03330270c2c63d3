// Adds to the plain pages what a browser can do better: photos, sending, drafts, large pictures, and
// status that stays fresh. A form posts to the same address without any of it, for the same answer.

import { enhanceForm } from "./claiming.js";
import { enhanceViewer } from "./viewer.js";

document.documentElement.classList.add("scripted");

// Looks for news; a change of status brings other controls, so then the whole page is fetched.
function keepFresh(standing) {
  const wait_ms = 1000 * Number(standing.dataset.pollS);
  if (!wait_ms) return;
  const inUse = "[data-thumbs]:not([hidden]), dialog[open], .rating :checked";
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = fresh.getElementById("standing");
    if (!now) return;
    if (now.dataset.status !== standing.dataset.status) {
      if (!document.querySelector(inUse)) location.reload();
      return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (other && other.innerHTML !== part.innerHTML) part.replaceChildren(...other.childNodes);
    }
  }, wait_ms);
}

document.querySelectorAll("form[data-send]").forEach(enhanceForm);
document.querySelectorAll("dialog[data-viewer]").forEach(enhanceViewer);
// Where the evidence cannot be drawn just now, the photo itself is shown.
document.querySelectorAll("a[data-enlarge] img").forEach((picture) => {
  const show = () => { picture.src = picture.closest("a").dataset.plain; };
  if (picture.complete && picture.src && !picture.naturalWidth) show();
  else picture.addEventListener("error", show, { once: true });
});
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
});
// A page that the browser kept from before may be old, and its buttons locked.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
const standing = document.getElementById("standing");
if (standing) keepFresh(standing);
