// A reply in steps: the kernel sends a step only after the journal has the one before it as final.
const SAVE_MS = 800;

const stepped = {
  draw(ctx) {
    const draft = ctx.draft ??= { typed: {}, timer: null, composing: false, dirty: false, sure: false, told: "", fields: {} };
    const kernel = () => ctx.model.get("value");
    const reached = () => Math.max(kernel()?.final ?? 0, ctx.value?.final ?? 0);
    const length = (text) => [...text].length;
    const steps = ctx.q.steps, fixed = (at) => at < reached();
    const saved = (at, part) => (fixed(at) && at < (kernel()?.final ?? 0) ? kernel() : ctx.value)?.steps?.[steps[at].id]?.[part] ?? "";
    const shown = (at, part) => (fixed(at) ? undefined : draft.typed[`${steps[at].id} ${part}`]) ?? saved(at, part);
    const answer = (final) => {
      const written = {};
      steps.forEach((step, at) => {
        const fields = Object.entries({ text: shown(at, "text"), figure: step.figure ? shown(at, "figure").trim() : "" });
        const kept = fields.filter(([, text]) => text.trim());
        if (kept.length) written[step.id] = Object.fromEntries(kept);
      });
      return final || Object.keys(written).length ? { final, steps: written } : null;
    };
    const tooLong = () => steps.findIndex((step, at) => length(shown(at, "text")) > 2 * step.limits.max);
    const send = (final) => {
      const long = tooLong();
      if (long >= 0) { ctx.say("unsaved", ctx.t("too_long", { max: 2 * steps[long].limits.max })); return false; }
      const next = answer(final);
      [draft.typed, draft.dirty] = [{}, false];
      ctx.save(next);
      return true;
    };
    const save = () => {
      clearTimeout(draft.timer);
      if (draft.dirty && !draft.composing && ctx.takes) send(reached());
    };
    const later = () => { clearTimeout(draft.timer); if (!draft.composing) draft.timer = setTimeout(() => ctx.draft.save(), SAVE_MS); };
    draft.save = save;
    const typed = (at, part, field) => {
      draft.typed[`${steps[at].id} ${part}`] = field.value;
      draft.dirty = true;
      if (!draft.composing) ctx.keep(answer(reached()));
      later();
    };
    // Another tab has made final what was still being typed here: that is gone, and said.
    steps.forEach((step, at) => {
      if (!fixed(at)) return;
      for (const part of ["text", "figure"]) {
        const key = `${step.id} ${part}`;
        if (key in draft.typed) {
          if (draft.typed[key] !== saved(at, part)) draft.told = ctx.t("step_elsewhere");
          delete draft.typed[key];
        }
      }
    });
    if (draft.dirty && !Object.keys(draft.typed).length) later();
    if (draft.composing) { draft.composing = false; later(); }  // the old field and its input method are gone

    const listening = (at, part, field, changed) => {
      field.addEventListener("input", (event) => { draft.composing = Boolean(event.isComposing); typed(at, part, field); changed(); });
      field.addEventListener("compositionstart", () => { draft.composing = true; clearTimeout(draft.timer); });
      field.addEventListener("compositionend", () => { draft.composing = false; typed(at, part, field); changed(); });
      field.addEventListener("blur", () => { if (draft.fields[field.id] === field) save(); });
      const before = draft.fields[field.id];
      if (before) field.setSelectionRange(before.selectionStart, before.selectionEnd);
      draft.fields[field.id] = field;
    };
    const number = (step, at, id) => {
      const hint = () => (shown(at, "figure") && !/\p{Nd}/u.test(shown(at, "figure")) ? ctx.t("bad_number") : "");
      const note = make("small", { id: `${id}-figure-hint`, className: "xd-hint", textContent: hint() });
      const field = make("input", { type: "text", id: `${id}-figure`, value: shown(at, "figure"), maxLength: 40, autocomplete: "off",
        spellcheck: false, inputMode: "decimal", "aria-describedby": note.id });
      listening(at, "figure", field, () => { note.textContent = hint(); });
      return make("div", { className: "xd-row" },
        make("label", { className: "xd-row-text", htmlFor: field.id, textContent: ctx.text(step.figure.label) }),
        field, step.figure.unit ? make("span", { textContent: ctx.text(step.figure.unit) }) : null, note);
    };
    const letter = (step, at, id) => {
      const count = make("p", { id: `${id}-count`, className: "xd-hint" });
      const area = make("textarea", { id: `${id}-text`, className: "xd-reply", rows: 8, spellcheck: false, autocomplete: "off",
        lang: ctx.q.answer_in === "zh" ? "zh-CN" : ctx.q.answer_in, "aria-describedby": `${id}-prompt ${count.id}`, value: shown(at, "text") });
      const counted = () => { count.textContent = ctx.t("characters", { n: length(area.value), ...step.limits }); };
      counted();
      listening(at, "text", area, counted);
      return [make("label", { className: "xd-said-by", htmlFor: area.id,
        textContent: `${ctx.t("your_reply")} · ${ctx.t(`answer_in_${ctx.q.answer_in}`)}` }), area, count];
    };
    // The explicit end of a step: a tick, then the button.
    const ending = (step, at, id) => {
      const warning = make("p", { className: "xd-status xd-unsaved", role: "alert", id: `${id}-warning` });
      const empty = () => !shown(at, "text").trim() || (step.figure && !shown(at, "figure").trim());
      const tick = make("input", { type: "checkbox", id: `${id}-sure`, checked: draft.sure, onchange: () => { draft.sure = tick.checked; } });
      const go = () => {
        if (draft.composing) return;
        if (!draft.sure) { warning.textContent = ctx.t("finish_tick"); tick.focus(); return; }
        if (empty() && draft.empty !== step.id) { draft.empty = step.id; warning.textContent = ctx.t("step_empty"); return; }
        if (!send(at + 1)) return;
        [draft.sure, draft.empty, draft.entering] = [false, "", at + 1];
        ctx.redraw();
      };
      return [make("label", { className: "xd-option", htmlFor: tick.id }, tick, make("span", { textContent: ctx.t("step_sure") })),
        make("p", {}, make("button", { type: "button", className: "xd-primary", id: `${id}-go`, textContent: ctx.t("step_go"),
          "aria-describedby": `${id}-next`, onclick: go }), " ",
          make("small", { id: `${id}-next`, className: "xd-hint", textContent: ctx.t("step_next", { n: at + 2 }) })), warning];
    };
    const settled = (step, at) => [
      make("p", { className: "xd-final", textContent: ctx.t("step_final") }),
      step.figure ? make("p", {}, `${ctx.text(step.figure.label)}: `, make("strong", { textContent: shown(at, "figure") || "–" }), " ",
        step.figure.unit ? ctx.text(step.figure.unit) : "") : null,
      make("blockquote", { className: "xd-said", lang: ctx.q.answer_in === "zh" ? "zh-CN" : ctx.q.answer_in,
        textContent: shown(at, "text") || ctx.t("blank") }),
    ];
    const drawn = (step, at) => {
      const id = `${ctx.name}-${step.id}`, last = at === ctx.q.of - 1;
      const body = fixed(at) ? settled(step, at) : [step.figure ? number(step, at, id) : null, ...letter(step, at, id), ...(last ? [] : ending(step, at, id))];
      return make("fieldset", { className: "xd-group xd-step", id, tabIndex: -1, ...(fixed(at) ? { "data-final": "" } : {}) },
        make("legend", { textContent: `${ctx.t("step", { n: at + 1, of: ctx.q.of })} · ${ctx.text(step.title)}` }),
        step.message ? make("p", { className: "xd-said-by", textContent: ctx.t("buyer") }) : null,
        step.message ? make("blockquote", { className: "xd-said", textContent: ctx.text(step.message) }) : null,
        make("p", { id: `${id}-prompt`, className: "xd-prompt", textContent: ctx.text(step.prompt) }), ...body);
    };
    // The step that has just opened gets the focus; until then the one that is becoming final keeps it.
    if (draft.entering !== undefined) {
      const at = Math.min(draft.entering, steps.length - 1), there = steps[at];
      if (at === draft.entering) draft.entering = undefined;
      const wanted = `${ctx.name}-${there.id}${at < reached() ? "" : there.figure ? "-figure" : "-text"}`;
      queueMicrotask(() => document.getElementById(wanted)?.focus());
    }
    const known = ctx.q.context.map((words) => make("li", { textContent: ctx.text(words) }));
    return [
      make("p", { className: "xd-said-by", textContent: ctx.q.sender ? ctx.text(ctx.q.sender) : ctx.t("buyer") }),
      make("blockquote", { className: "xd-said", textContent: ctx.text(ctx.q.message) }),
      known.length ? make("p", { className: "xd-said-by", textContent: ctx.t("facts") }) : null,
      known.length ? make("ul", {}, ...known) : null,
      dataTable(ctx), ...steps.map(drawn),
      draft.told ? make("p", { className: "xd-hint", role: "status", textContent: draft.told }) : null,
    ].filter((node) => node !== null);
  },

  // The kernel takes no answer of a page that has not heard of a final step: the page takes over what is final.
  received(ctx, message) {
    const known = ctx.model.get("value");
    if (message.type !== "not-saved" || !message.final || !ctx.takes || same(ctx.value, known)) return;
    [ctx.draft.typed, ctx.draft.dirty, ctx.draft.told] = [{}, false, ctx.t("step_elsewhere")];
    ctx.save(known);
    ctx.redraw();
  },
};
