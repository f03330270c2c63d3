// Draws the reference from the service's own document.
const place = document.getElementById("reference");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  defaultModelRendering: "example",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  docExpansion: "list",
  // Nobody else is asked to check the document.
  validatorUrl: null,
});

// The steps above are links into the document that is drawn here.
window.addEventListener("hashchange", () => location.reload());
