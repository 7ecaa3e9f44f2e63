// The buyer's message beside an editor. Text is saved when typing pauses; Enter is only a new line.
const PAUSE_MS = 800;

export default question({
  draw(ctx) {
    if (ctx.q.steps) return stepped.draw(ctx);
    const draft = ctx.draft ??= { text: null, timer: null, composing: false, area: null };
    const { min, max } = ctx.q.limits;
    const longest = Math.min(2 * max, 20000);
    const length = (text) => [...text].length;
    const area = make("textarea", {
      id: `${ctx.name}-reply`, className: "xd-reply", rows: 8, spellcheck: false, autocomplete: "off",
      lang: ctx.q.answer_in === "zh" ? "zh-CN" : ctx.q.answer_in, "aria-describedby": `${ctx.name}--count`,
      value: draft.text ?? ctx.value ?? "",
    });
    const count = make("p", { id: `${ctx.name}--count`, className: "xd-hint" });
    const counted = () => { count.textContent = ctx.t("characters", { n: length(area.value), min, max }); };

    const save = () => {
      clearTimeout(draft.timer);
      if (draft.text === null || draft.composing || !ctx.takes) return;
      if (length(draft.text) > longest) { ctx.say("unsaved", ctx.t("too_long", { max: longest })); return; }
      const text = draft.text;
      draft.text = null;
      ctx.save(text.trim() ? text : null);
    };
    const keep = () => { if (!draft.composing) ctx.keep(draft.text.trim() ? draft.text : null); };
    const later = () => { clearTimeout(draft.timer); if (!draft.composing) draft.timer = setTimeout(save, PAUSE_MS); };
    const typed = (event) => { draft.text = area.value; draft.composing = Boolean(event.isComposing); counted(); keep(); later(); };
    area.addEventListener("input", typed);
    area.addEventListener("compositionstart", () => { draft.composing = true; clearTimeout(draft.timer); });
    area.addEventListener("compositionend", () => { draft.composing = false; draft.text = area.value; counted(); keep(); later(); });
    area.addEventListener("blur", () => { if (area === draft.area) save(); });

    if (draft.area) area.setSelectionRange(draft.area.selectionStart, draft.area.selectionEnd);
    draft.area = area;
    if (draft.composing) { draft.composing = false; later(); }  // the old editor and its input method are gone
    counted();

    const known = ctx.q.context.map((words) => make("li", { textContent: ctx.text(words) }));
    return [make("div", { className: "xd-columns" },
      make("div", {},
        make("p", { className: "xd-said-by", textContent: ctx.q.sender ? ctx.text(ctx.q.sender) : ctx.t("buyer") }),
        make("blockquote", { className: "xd-said", textContent: ctx.text(ctx.q.message) }),
        known.length ? make("p", { className: "xd-said-by", textContent: ctx.t("facts") }) : null,
        known.length ? make("ul", {}, ...known) : null),
      make("div", {},
        make("label", { className: "xd-said-by", htmlFor: area.id,
          textContent: `${ctx.t("your_reply")} · ${ctx.t(`answer_in_${ctx.q.answer_in}`)}` }),
        area, count))];
  },
  received(ctx, message) { if (ctx.q.steps) stepped.received(ctx, message); },
});
