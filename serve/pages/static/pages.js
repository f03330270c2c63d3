// Adds to the plain pages: thumbnails, upload progress, sending once, and status that stays fresh.
// A form posts to the same address with or without this file, and the answer is the same page.
"use strict";

document.documentElement.classList.add("scripted");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function showMistakes(texts) {
  const box = document.getElementById("mistakes");
  const list = box.querySelector("ul");
  list.replaceChildren(...texts.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  box.hidden = texts.length === 0;
  if (texts.length) box.focus();
}

// The file field holds what will be sent; a browser replaces its files at each choice, so what was
// chosen before is put back in front.
function enhancePicker(form) {
  const input = form.querySelector("input[type=file]");
  const thumbs = form.querySelector("[data-thumbs]");
  const count = form.querySelector("[data-count]");
  let chosen = [];

  const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

  function apply(said) {
    const transfer = new DataTransfer();
    chosen.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    thumbs.replaceChildren(...chosen.map(makeThumb));
    thumbs.hidden = chosen.length === 0;
    const total = chosen.length ? fill(form.dataset.chosen, { count: chosen.length }) : "";
    count.textContent = [said, total].filter(Boolean).join(" · ");
  }

  function makeThumb(file) {
    const item = document.createElement("li");
    const picture = document.createElement("img");
    picture.alt = file.name;
    picture.onload = () => URL.revokeObjectURL(picture.src);
    picture.onerror = () => { // a browser that cannot show HEIC can still send it
      const name = document.createElement("span");
      name.textContent = file.name;
      picture.replaceWith(name);
    };
    picture.src = URL.createObjectURL(file);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.setAttribute("aria-label", fill(form.dataset.remove, { name: file.name }));
    remove.onclick = () => {
      chosen = chosen.filter((other) => other !== file);
      apply(form.dataset.removed);
      (thumbs.querySelector("button") || input).focus();
    };
    item.append(picture, remove);
    return item;
  }

  input.addEventListener("change", () => {
    const mistakes = [];
    for (const file of input.files) {
      if (chosen.some((other) => same(other, file))) continue;
      if (file.size > Number(form.dataset.maxBytes)) {
        mistakes.push(fill(form.dataset.inFile, { name: file.name, text: form.dataset.tooLarge }));
      } else if (chosen.length >= Number(form.dataset.maxPhotos)) {
        mistakes.push(form.dataset.tooMany);
      } else {
        chosen.push(file);
      }
    }
    apply();
    showMistakes([...new Set(mistakes)]);
  });
  // A browser may restore the field, but not our list, when it comes back to the page.
  if (input.files.length) input.dispatchEvent(new Event("change"));
}

function enhanceSending(form) {
  const button = form.querySelector("button[type=submit]");
  const sending = form.querySelector("[data-sending]");
  const bar = sending.querySelector("progress");
  const text = sending.querySelector("[data-sending-text]");

  function rest(mistakes) {
    sending.hidden = true;
    button.disabled = false;
    showMistakes(mistakes);
  }

  function show(percent) {
    if (percent < 100) bar.value = percent;
    else bar.removeAttribute("value"); // as long as it takes
    // Few announcements: a screen reader would read out every change.
    const said = percent < 100
      ? fill(form.dataset.uploading, { percent: Math.floor(percent / 25) * 25 })
      : form.dataset.looking;
    if (text.textContent !== said) text.textContent = said;
  }

  function take(request) {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    if (request.status < 300) {
      location.assign(request.responseURL);
      return;
    }
    const told = [...answer.querySelectorAll("#mistakes li, [data-notice] p")];
    rest(told.length ? told.map((item) => item.textContent) : [form.dataset.lost]);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const picked = form.querySelector("input[name=reason]:checked");
    const needed = !picked || picked.value !== "delivery";
    if (needed && !form.querySelector("input[type=file]").files.length) {
      showMistakes([form.dataset.noPhoto]);
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.onprogress = (sent) => show(sent.total ? (100 * sent.loaded) / sent.total : 0);
    request.onload = () => take(request);
    request.onerror = () => rest([form.dataset.lost]);
    showMistakes([]);
    button.disabled = true;
    sending.hidden = false;
    show(0);
    request.send(new FormData(form));
  });
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
      if (!document.querySelector("[data-thumbs]:not([hidden])")) location.reload();
      return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (other && other.innerHTML !== part.innerHTML) part.replaceChildren(...other.childNodes);
    }
  }, wait_ms);
}

document.querySelectorAll("form[data-send]").forEach((form) => {
  enhancePicker(form);
  enhanceSending(form);
});
// Where the evidence cannot be drawn just now, the photo itself is shown.
document.querySelectorAll("img[data-plain]").forEach((picture) => {
  const show = () => { picture.src = picture.dataset.plain; };
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
