// What is still unanswered, and the button to hand in.
export default {
  render({ model, el }) {
    const root = housed(el, "xd-finish"), t = words(model);
    const told = make("p", { className: "xd-status", role: "status" });
    let sure = false;
    const say = (kind, text) => { told.className = `xd-status xd-${kind}`; told.textContent = text; };
    const page = () => root.closest(".jp-Notebook") ?? document;

    const blank = () => {
      const done = new Set(model.get("answered"));
      return Array.from({ length: model.get("form").items }, (_, i) => i + 1).filter((n) => !done.has(n));
    };
    const jump = (n) => make("button", {
      type: "button", id: `xd-jump-${n}`, className: "xd-jump", textContent: n, "aria-label": t("question", { n }),
      onclick: () => page().querySelector(`.xd-question[data-number="${n}"] :is(input, select, textarea, button)`)?.focus(),
    });
    const hand = () => {
      const unsaved = [...page().querySelectorAll(".xd-question[data-unsaved]")].map((node) => node.dataset.number);
      if (!sure) { say("unsaved", t("finish_tick")); byId(root, "xd-sure").focus(); }
      else if (unsaved.length) say("unsaved", t("finish_unsaved", { list: unsaved.join(", ") }));
      else { say("saving", t("saving")); model.send({ type: "finish", value: null }); }
    };
    const open = () => {
      const list = blank(), [before, after] = t("finish_blank").split("{list}");
      const tick = make("input", {
        type: "checkbox", id: "xd-sure", checked: sure, onchange: () => { sure = tick.checked; },
      });
      const left = make("p", { className: "xd-blank" }, before, ...list.map(jump), after);
      return [
        make("h2", { textContent: t("finish_title") }),
        list.length ? left : make("p", { textContent: t("finish_all") }),
        make("p", {}, make("label", { className: "xd-option" }, tick, make("span", { textContent: t("finish_confirm") }))),
        make("button", { type: "button", className: "xd-primary", id: "xd-finish", textContent: t("finish"), onclick: hand }),
        told,
      ];
    };
    const filed = make("p", { className: "xd-status", role: "status" });
    const offer = ({ name, place }, [bytes]) => {
      const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
      filed.replaceChildren(t("packed", { place }), " ",
        make("a", { id: "xd-download", href, download: name, textContent: t("download") }));
    };
    const pack = () => { filed.textContent = t("saving"); model.send({ type: "pack", value: null }); };
    const closed = () => {
      say("saved", t("finished"));
      return [told, make("p", { className: "xd-witness", textContent: t("witness", { code: model.get("witness") }) }),
        make("p", {}, make("button", { type: "button", id: "xd-pack", textContent: t("pack"), onclick: pack }), " ",
          make("small", { textContent: t("pack_hint") })), filed];
    };
    const draw = () => {
      const state = model.get("state");
      redrawn(root, model, ...(state === "open" ? open() : state === "closed" ? closed() : []));
      root.hidden = state === "waiting";
    };
    for (const trait of ["state", "answered", "witness"]) model.on(`change:${trait}`, draw);
    model.on("change:lang", () => { say("", ""); filed.replaceChildren(); draw(); });
    model.on("msg:custom", (message, buffers) => {
      if (message.type === "refused" && model.get("state") === "closed") filed.textContent = message.why;
      else if (message.type === "refused") say("unsaved", message.why);
      if (message.type === "packed") offer(message, buffers);
    });
    draw();
  },
};
