// Adds to the plain pages what a browser can do better: photos, sending, drafts, large pictures, and
// status that stays fresh. A form posts to the same address without any of it, for the same answer.

import { enhanceForm } from "./claiming.js";
import * as drafts from "./drafts.js";
import { enhanceViewer } from "./viewer.js";
import { makeElement } from "./words.js";

document.documentElement.classList.add("scripted");

// Where someone types, chooses or looks closely, the page does not change by itself.
function isInUse() {
  const field = document.activeElement;
  if (field?.matches("input:not([type=file]), textarea, select")) return true;
  if (document.querySelector("[data-thumbs]:not([hidden]), dialog[open]")) return true;
  return [...document.querySelectorAll("input, textarea")].some((input) => (
    input.value !== input.defaultValue || input.checked !== input.defaultChecked
  ));
}

function offerNews() {
  const box = document.getElementById("news");
  if (box.childElementCount) return;
  const show = makeElement("button", { className: "link-button", textContent: box.dataset.show });
  show.addEventListener("click", () => location.reload());
  box.append(makeElement("p", { className: "note" }, `${box.dataset.text} `, show));
}

// Looks for news; a change of status brings other controls, so then the whole page is fetched.
function keepFresh(standing) {
  const wait_ms = 1000 * Number(standing.dataset.pollS);
  if (!wait_ms) return;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = fresh.getElementById("standing");
    if (!now) return;
    if (now.dataset.status !== standing.dataset.status) {
      if (isInUse()) offerNews();
      else location.reload();
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
  const show = () => {
    const { plain, alt } = picture.closest("a").dataset;
    Object.assign(picture, { src: plain, alt });
  };
  if (picture.complete && picture.src && !picture.naturalWidth) show();
  else picture.addEventListener("error", show, { once: true });
});
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
});
// A page that the browser kept from before may be old, and its buttons locked.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// What a page opens with is said once, not to everyone who comes back to its address.
const here = new URL(location.href);
if (here.searchParams.has("notice")) {
  here.searchParams.delete("notice");
  history.replaceState(history.state, "", here);
}
drafts.dropOld();
const standing = document.getElementById("standing");
if (standing) {
  keepFresh(standing);
  drafts.dropClaimed(standing.dataset.form, standing.dataset.reason);
  if (!document.querySelector("form[data-send]")) drafts.drop(`${here.pathname}/photos`);
}
