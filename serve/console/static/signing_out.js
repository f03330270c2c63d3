// Who signs out leaves nothing of their cases in the browser.

document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("case:")) sessionStorage.removeItem(key);
  }
});
