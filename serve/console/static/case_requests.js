// Requests to the service as the person who is signed in, and what to say of those that fail.

const token = () => document.querySelector("meta[name=csrf-token]").content;

/** Returns status, JSON body and the answer's own time; status 0 where there was no answer. */
export async function ask(method, path, body) {
  const headers = { "X-CSRF-Token": token() };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const sent = { method, headers, body: body && JSON.stringify(body) };
    const answer = await fetch(path, { ...sent, credentials: "same-origin" });
    const said = await answer.json().catch(() => ({}));
    const at = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
    return { status: answer.status, body: said, at };
  } catch {
    return { status: 0, body: {}, at: Date.now() };
  }
}

/** Sends what must still go out while the page goes away. */
export function tell(method, path) {
  fetch(path, { method, headers: { "X-CSRF-Token": token() }, keepalive: true }).catch(() => {});
}

const BY_CODE = {
  case_held: "wrong_held",
  verdict_pending: "wrong_held",
  photo_unseen: "wrong_unseen",
  no_verdict_wanted: "wrong_late",
  claim_erased: "wrong_late",
  nothing_to_undo: "wrong_undo",
  for_a_lead: "wrong_for_lead",
  above_authority: "wrong_above_authority",
  amount_above_price: "wrong_above_price",
  csrf: "wrong_session",
};

/** Returns why a request failed, in words. */
export function explain({ status, body }, words) {
  if (status === 0 || status === 503) return words.wrong_lost;
  if (status === 401) return words.wrong_session;
  const name = BY_CODE[body.code];
  if (name) return words[name];
  if (status < 500) return words.wrong_input.replace("{code}", body.code ?? status);
  return words.wrong_server;
}

export function sessionEnded({ status, body }) {
  return status === 401 || body.code === "csrf";
}
