// The queue keeps itself fresh and answers to keys; without any of it, links and buttons do.

const EVERY_MS = 20_000;
const IDLE_MS = 600_000;
const TYPED_IN = "input:not([type=checkbox]), select, textarea, [contenteditable]";
const KEYS_OFF = "freshclaim-keys-off";

let active = performance.now();
for (const event of ["pointerdown", "pointermove", "keydown", "scroll", "focus"])
  window.addEventListener(event, noteActivity, { passive: true });

function noteActivity() {
  const wasIdle = performance.now() - active > IDLE_MS;
  active = performance.now();
  if (wasIdle) refresh();
}

// Nobody who has gone away stays signed in because a page asks for news.
setInterval(() => {
  if (!document.hidden && performance.now() - active < IDLE_MS) refresh();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || refresh());

async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer) return;
  if (answer.redirected) return location.reload(); // signed out
  if (!answer.ok) return;
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id ?? "";
  const row = rows().findIndex((link) => link.id === focused);
  for (const now of document.querySelectorAll("[data-fresh]")) {
    const then = other.getElementById(now.id);
    if (then && then.innerHTML !== now.innerHTML) now.replaceChildren(...then.childNodes);
  }
  if (!focused || document.activeElement?.id === focused) return;
  const again = document.getElementById(focused) ?? rows()[Math.min(row, rows().length - 1)];
  again?.focus({ preventScroll: true });
}

// Counts down what can be undone; once that is over, the page says what became of it.
setInterval(() => {
  for (const left of document.querySelectorAll("[data-left-s]")) {
    const seconds = Number(left.dataset.leftS) - 1;
    left.dataset.leftS = seconds;
    if (seconds >= 0) left.textContent = left.dataset.text.replace("{seconds}", seconds);
    if (seconds === -2) refresh();
  }
}, 1000);

const rows = () => [...document.querySelectorAll(".row-link")];

function move(step) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
}

const hint = document.querySelector("[data-keys]");
const useKeys = hint.querySelector("input");
hint.hidden = false;
useKeys.checked = !localStorage.getItem(KEYS_OFF);
useKeys.addEventListener("change", () => {
  if (useKeys.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  n: () => document.querySelector("[data-next]").requestSubmit(),
};
document.addEventListener("keydown", (event) => {
  if (!useKeys.checked || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches(TYPED_IN) || (event.key === "n" && event.repeat)) return;
  const act = ACTIONS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
