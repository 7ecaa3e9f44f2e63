// A passage and an editor. The clock starts with the first keystroke, ours only for show: the journal has its own.
// Text is saved when typing pauses, and every few seconds while it does not.
const PAUSE_MS = 800, SAVE_MS = 4000, TICK_MS = 250;

const share = (text) => text.split("/").map(Number).reduce((number, by) => number / by);
const minutes = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

export default question({
  draw(ctx) {
    const draft = ctx.draft ??= {
      text: null, language: null, since: null, ms: 0, last: 0, saved: 0, pasted: null, timer: null, tick: null, area: null,
      composing: false, dirty: false,
    };
    const limit = ctx.q.seconds * 1000;
    const language = draft.language ?? ctx.value?.language ?? ctx.model.get("lang");
    const passage = ctx.q.passages.find((one) => one.language === language) ?? ctx.q.passages[0];
    const tag = passage.language === "zh" ? "zh-CN" : passage.language;
    const text = () => draft.text ?? ctx.value?.text ?? "";
    const pasted = () => draft.pasted ?? ctx.value?.pasted ?? 0;
    const spent = () => (draft.since === null ? ctx.value?.ms ?? 0 : draft.ms + performance.now() - draft.since);
    const over = () => spent() >= limit;
    const longest = 2 * [...passage.text].length;

    const answer = () => (text().trim()
      ? { language: passage.language, ms: Math.round(draft.last), pasted: pasted(), text: text() } : null);
    const save = () => {
      clearTimeout(draft.timer);
      if (!draft.dirty || !ctx.takes) return;
      draft.dirty = false;
      draft.saved = performance.now();
      ctx.save(answer());
    };
    const later = () => {
      clearTimeout(draft.timer);
      if (performance.now() - draft.saved > SAVE_MS) save(); else draft.timer = setTimeout(save, PAUSE_MS);
    };
    const begin = () => {
      if (draft.since !== null) return;
      [draft.ms, draft.since, draft.saved, draft.language] = [spent(), performance.now(), performance.now(), passage.language];
      if (!draft.ms) ctx.save(null, "opened");
      ticking();
    };
    const typed = () => {
      draft.composing = false;
      if (area.readOnly) return;
      begin();
      [draft.text, draft.last, draft.dirty] = [area.value, spent(), true];
      ctx.keep(answer());
      counted();
      later();
    };
    const refuse = (event) => {
      event.preventDefault();
      draft.pasted = pasted() + 1;
      if (draft.since !== null) draft.dirty = true;
      told.textContent = ctx.t("typing_paste");
    };

    const area = make("textarea", {
      id: `${ctx.name}-typed`, className: "xd-reply", rows: 7, spellcheck: false, autocomplete: "off", lang: tag,
      autocapitalize: "off", autocorrect: "off", maxLength: longest, value: text(),
      "aria-describedby": `${ctx.name}--passage ${ctx.name}--count`,
      onpaste: refuse, ondrop: refuse,
      onbeforeinput: (event) => { if (/^insertFrom(Paste|Drop|Yank)/.test(event.inputType)) refuse(event); },
      oncompositionstart: () => { begin(); draft.composing = true; clearTimeout(draft.timer); },
      oncompositionend: typed,
      oninput: (event) => { if (!event.isComposing) typed(); },  // what is being composed is not typed yet
      onblur: () => { if (area === draft.area) save(); },
    });
    const count = make("p", { id: `${ctx.name}--count`, className: "xd-hint" });
    const told = make("p", { className: "xd-hint xd-typing-told", role: "status" });
    const counted = () => {
      count.textContent = ctx.t("typing_count", { n: [...text()].length, now: minutes(Math.min(spent(), limit)), of: minutes(limit) });
    };
    const lock = () => {
      if (!over() || area.readOnly) return;
      if (draft.composing) area.value = text();  // half a composition is no error
      [draft.composing, area.readOnly] = [false, true];
      told.textContent = ctx.t("typing_over");
      save();
    };
    const tick = () => {
      if (!count.isConnected) return;
      counted();
      lock();
      if (!area.readOnly) ticking();
    };
    const ticking = () => { clearTimeout(draft.tick); draft.tick = setTimeout(tick, TICK_MS); };

    if (draft.area) area.setSelectionRange(draft.area.selectionStart, draft.area.selectionEnd);
    [draft.area, draft.composing] = [area, false];
    counted();
    lock();
    if (draft.since !== null) ticking();

    const most = `${+(100 * share(ctx.q.max_errors)).toFixed(2)} %`;
    const errors = ctx.t(share(ctx.q.max_errors) ? "typing_errors" : "typing_no_errors", { share: most });
    const asked = ctx.t(`typing_asked_${passage.language}`, { n: share(passage.per_minute), time: minutes(limit), errors });
    return [make("p", { className: "xd-hint", textContent: `${asked} ${ctx.t("typing_clock")}` }),
      make("blockquote", { id: `${ctx.name}--passage`, className: "xd-said xd-passage", lang: tag, textContent: passage.text }),
      make("label", { className: "xd-said-by", htmlFor: area.id, textContent: ctx.t("typing_here") }),
      area, count, told];
  },
});
