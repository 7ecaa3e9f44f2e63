// What is still unanswered or flagged, and the button to hand in; before the last section, the way to the next one.
export default {
  render({ model, el }) {
    const root = housed(el, "xd-finish"), t = words(model);
    const told = make("p", { className: "xd-status", role: "status" });
    const sent = sending(root, model);
    let sure = false;
    const say = (kind, text) => { told.className = `xd-status xd-${kind}`; told.textContent = text; };

    const form = () => model.get("form");
    const place = () => form().sections.findIndex((section) => section.id === model.get("section"));
    const next = () => (form().one_way ? form().sections[place() + 1] : undefined);
    const here = () => (form().one_way ? form().sections[place()].items : Array.from({ length: form().items }, (_, i) => i + 1));
    const blank = () => here().filter((n) => !model.get("answered").includes(n));
    const flagged = () => here().filter((n) => model.get("flagged").includes(n));
    const jump = (kind) => (n) => make("button", {
      type: "button", id: `xd-${kind}-${n}`, className: "xd-jump", textContent: n, "aria-label": t("question", { n }),
      onclick: () => goTo(root, n),
    });
    const listed = (key, kind, list) => {
      const [before, after] = t(key).split("{list}");
      return make("p", { className: `xd-${kind}-list` }, before, ...list.map(jump(kind)), after);
    };
    const hand = () => {
      const unsaved = unsavedIn(root), on = next();
      if (!sure) { say("unsaved", t("finish_tick")); byId(root, "xd-sure").focus(); return; }
      if (unsaved.length) { say("unsaved", t(on ? "section_unsaved" : "finish_unsaved", { list: unsaved.join(", ") })); return; }
      say("saving", t("saving"));
      model.send(on ? { type: "section", value: on.id } : { type: "finish", value: null });
    };
    const open = () => {
      const missing = blank(), marked = flagged(), on = next();
      const tick = make("input", {
        type: "checkbox", id: "xd-sure", checked: sure, onchange: () => { sure = tick.checked; },
      });
      const confirm = on ? t("section_confirm", { title: inLanguage(model, on.title) }) : t("finish_confirm");
      return [
        make("h2", { textContent: t(on ? "section_title" : "finish_title") }),
        missing.length ? listed("finish_blank", "blank", missing) : make("p", { textContent: t("finish_all") }),
        marked.length ? listed("finish_flagged", "flagged", marked) : null,
        make("p", {}, make("label", { className: "xd-option" }, tick, make("span", { textContent: confirm }))),
        make("button", { type: "button", className: "xd-primary", id: "xd-finish", textContent: t(on ? "section_next" : "finish"), onclick: hand }),
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
      say("saved", t(model.get("by_time") ? "finished_time" : "finished"));
      return [told, make("p", { className: "xd-witness", textContent: t("witness", { code: model.get("witness") }) }), sent.box,
        make("p", {}, make("button", { type: "button", id: "xd-pack", textContent: t("pack"), onclick: pack }), " ",
          make("small", { textContent: t("pack_hint") })), filed];
    };
    const draw = () => {
      const state = model.get("state");
      redrawn(root, model, ...(state === "open" ? open() : state === "closed" ? closed() : []).filter(Boolean));
      root.hidden = !["open", "closed"].includes(state);
    };
    const changed = () => { draw(); if (model.get("state") === "closed") sent.soon(true); };
    model.on("change:state", changed);
    for (const trait of ["answered", "flagged", "witness"]) model.on(`change:${trait}`, draw);
    model.on("change:lang", () => { say("", ""); filed.replaceChildren(); draw(); sent.draw(); });
    model.on("change:section", () => { sure = false; say("", ""); draw(); });
    model.on("msg:custom", (message, buffers) => {
      if (message.type === "refused" && model.get("state") === "closed") filed.textContent = message.why;
      else if (message.type === "refused") say("unsaved", message.why);
      if (message.type === "packed") offer(message, buffers);
    });
    draw();
    if (model.get("state") === "closed") sent.soon(false);
    return sent.stop;
  },
};
