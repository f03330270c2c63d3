// What became of a verdict that was sent: the service is asked, never the browser's clock.

import { ask } from "./case_requests.js";

export const LOOK_MS = 3_000;

/**
 * Returns the state of the agent's own verdict on a claim: pending (with `seconds`), given,
 * not_given (with `text`), none, elsewhere (somebody else's is in) or unknown (no answer).
 *
 * @param since when the verdict before was given, or this one was entered; null: none was before
 */
export async function lookAfter(claimId, since) {
  const { status, body, at } = await ask("GET", `/v1/claims/${claimId}`);
  if (status !== 200) return { state: "unknown" };
  const pending = body.pending_verdict;
  if (pending?.mine) {
    const seconds = Math.round((Date.parse(pending.due_at) - at) / 1000);
    return { state: "pending", seconds: Math.max(0, seconds) || 0 };
  }
  if (pending) return { state: "elsewhere" };
  const given = body.verdict && Date.parse(body.verdict.at) > Date.parse(since ?? 0);
  if (given) return { state: "given" };
  const text = await findRefusal(claimId);
  return text ? { state: "not_given", text } : { state: "none" };
}

/** Returns why a verdict was not given, as this page says it when it is loaded anew. */
async function findRefusal(claimId) {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector(`[data-not-given="${claimId}"]`)?.textContent.trim() ?? "";
  } catch {
    return "";
  }
}
