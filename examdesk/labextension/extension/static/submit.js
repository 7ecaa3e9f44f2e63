// After the hand-in: gives the exam's folder to nbgrader's exchange, by the same two requests as nbgrader's own list of
// assignments. It runs as the candidate and needs no kernel; the hand-in itself is over and does not wait for it.
const PATIENCE_MS = 60000; // a large class submits at once

// The last line of a traceback without the name of the error: what a teacher can use.
const reason = (text) => String(text ?? "").trim().split("\n").at(-1).replace(/^[\w.]+(Error|Exception): /, "").slice(0, 200);
// nbgrader's "2026-11-27 10:47:27.123456 UTC" in ms; NaN in any other zone.
const moment = (text) => Date.parse(text.replace(" ", "T").replace(/(\.\d{3})\d*/, "$1").replace(/ UTC$/, "Z"));
const newest = (listed, id, course) => listed
  .filter((entry) => entry.status === "submitted" && entry.assignment_id === id && entry.course_id === course)
  .flatMap((entry) => entry.submissions.map((submission) => submission.timestamp)).sort().at(-1);

// `request(path, init)` asks the candidate's own server, `folder` is where her exam lies, `hub` whether others share it.
export const submitter = ({ request, folder, hub }) => {
  const ask = async (path, init = {}) => {
    const reply = await request(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    return reply.ok ? reply.json() : { success: false, value: `${reply.status} ${reply.statusText}` };
  };
  const done = (at) => ({ how: "submitted", at: Number.isNaN(moment(at)) ? at : moment(at) });

  // What became of it: {how: "submitted", at}, {how: "failed", why}, {how: "away"}, or {how: "none"} without an exchange.
  // `ended`: when the exam was handed in; `fresh`: just now, on this page. Else what was submitted since is not again.
  const submit = async ({ ended, fresh, tell }) => {
    const list = await ask("assignments?course_id=");
    const mine = list.success ? list.value.filter((entry) => entry.status === "fetched" && entry.path === folder) : [];
    if (!mine.length) return { how: hub ? "away" : "none" };
    if (mine.length > 1) return { how: "failed", why: mine.map((entry) => entry.course_id).join(", ") }; // which one?
    const { course_id, assignment_id } = mine[0], before = newest(list.value, assignment_id, course_id);
    if (before && !fresh && !(moment(before) < Date.parse(ended))) return done(before);
    tell({ how: "going" });
    const sent = await ask("assignments/submit", { method: "POST", body: JSON.stringify({ course_id, assignment_id }) });
    const at = sent.success ? newest(sent.value, assignment_id, course_id) : undefined;
    return at && at !== before ? done(at) : { how: "failed", why: reason(sent.success ? "" : sent.value) };
  };
  return async (asked) => {
    try { return await submit(asked); } catch (fault) { return { how: "failed", why: reason(fault) }; }
  };
};
