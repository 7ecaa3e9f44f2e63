// Under the hand-in: where there is an exchange the page around us submits; here stands what became of it.
const AGAIN_MS = [5000, 15000, 45000], STILL_MS = 5000;

const sending = (root, model) => {
  const t = words(model), box = make("div", { className: "xd-sent" });
  let told = { how: "none" }, failed = 0, later = 0;

  const asked = (fresh) => {
    clearTimeout(later);
    const ended = model.get("ended");
    const tell = (what) => {
      if (what.how === "failed" || what.how === "away") later = setTimeout(asked, AGAIN_MS[failed++] ?? 2 ** 31 - 1, fresh);
      told = what;
      draw();
    };
    root.dispatchEvent(new CustomEvent("examdesk-handed-in", { bubbles: true, detail: { ended, fresh, tell } }));
  };
  // Once the panel stands in the page, and late answers have gone where they are kept.
  const soon = (fresh, since = performance.now()) => {
    const waits = !root.isConnected || (unsavedIn(root).length && performance.now() - since < STILL_MS);
    if (waits) later = setTimeout(soon, 200, fresh, since); else asked(fresh);
  };
  const when = (at) => (typeof at === "number" ? new Date(at).toLocaleString(root.lang) : at);
  const shown = () => {
    const line = (kind, text) => make("p", { className: `xd-status xd-${kind}`, role: "status", textContent: text });
    if (told.how === "going") return [line("saving", t("submit_going"))];
    if (told.how === "submitted") return [line("saved", t("submitted", { at: when(told.at) }))];
    if (told.how === "none") return [];
    return [line("unsaved", t(`submit_${told.how}`)), make("p", {},
      make("button", { type: "button", id: "xd-submit", textContent: t("submit_again"), onclick: () => asked(true) }),
      told.why ? make("small", { textContent: ` ${t("submit_why", { why: told.why })}` }) : null)];
  };
  const draw = () => {
    const focused = box.contains(document.activeElement);
    box.replaceChildren(...shown());
    if (focused) byId(box, "xd-submit")?.focus({ preventScroll: true });
  };
  return { box, draw, soon, stop: () => clearTimeout(later) };
};
