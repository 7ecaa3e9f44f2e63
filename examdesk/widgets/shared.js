// In front of every exam widget: building nodes, finding words, keeping keys inside.
const make = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const byId = (root, id) => root.querySelector(`[id="${CSS.escape(id)}"]`);

// The element a widget lives in. Lab's shortcuts must not see a key pressed here: b inserts a cell, "d d" deletes one.
const housed = (el, className) => {
  const root = make("section", { className, "data-xd": "" });
  el.append(root);
  el.addEventListener("keydown", (event) => event.stopPropagation());
  return root;
};

const words = (model) => (key, fields = {}) => Object.entries(fields).reduce(
  (text, [name, value]) => text.replaceAll(`{${name}}`, value), model.get("texts")[model.get("lang")][key] ?? key);

const inLanguage = (model, texts) => texts[model.get("lang")] ?? Object.values(texts)[0];

// Puts new children into root; the control with the focus keeps it.
const redrawn = (root, model, ...children) => {
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  root.replaceChildren(...children);
  root.lang = model.get("lang") === "zh" ? "zh-CN" : model.get("lang");
  root.dataset.state = model.get("state");
  if (focused) byId(root, focused)?.focus({ preventScroll: true });
};

// Nothing in body can be changed any more. Text stays within reach of the keyboard, to be read and copied.
const locked = (body) => {
  for (const control of body.querySelectorAll("input, select, textarea, button")) {
    if (control.matches("textarea, input[type='text']")) control.readOnly = true; else control.disabled = true;
  }
};
const pageOf = (root) => root.closest(".jp-Notebook") ?? document;

// To the first control of question n; its panel when it has none, e.g. after the hand-in.
const goTo = (root, n) => {
  const panel = pageOf(root).querySelector(`.xd-question[data-number="${n}"]`);
  const control = panel?.querySelector(":is(input, select, textarea, button):not(:disabled)");
  panel?.scrollIntoView({ block: "nearest" });
  control?.focus();
};

const unsavedIn = (root) => [...pageOf(root).querySelectorAll(".xd-question[data-unsaved]")].map((node) => node.dataset.number);

// A length of time in words: 25 minutes, 1 min 30 s, 30 seconds.
const spanOf = (t, seconds) => {
  const all = Math.max(0, Math.round(seconds)), m = Math.floor(all / 60), s = all % 60;
  if (!m) return t("hour_seconds", { s });
  if (s) return t("hour_both", { m, s });
  return m === 1 ? t("hour_one") : t("hour", { m });
};
// Enter or Escape that only ends a word in an input method. Safari says 229 and not isComposing.
const composing = (event) => event.isComposing || event.keyCode === 229;
// Dragging, besides the buttons and lists that do the same. The row or chip around `data-entry` is taken up by mouse or pen
// anywhere, by a finger at its grip: elsewhere a finger scrolls. `spot(event)` is where it would land, [node, side] or null;
// `drop(id, node, side)` is called once, and only over a spot. Nothing flies: a line or frame shows where it goes.
const grip = () => make("span", { className: "xd-grip", "aria-hidden": "true", textContent: "⠿" });
const draggable = (area, { spot, drop }) => {
  const start = (down) => {
    const touch = down.pointerType === "touch", taken = down.target.closest(touch ? ".xd-grip" : "[data-entry]")?.closest("[data-entry]");
    if (!taken?.querySelector(".xd-grip") || down.button || !down.isPrimary || down.target.closest("button, select")) return;
    const over = new AbortController(), { signal } = over;
    let held = false, at = null;
    const mark = (next) => {
      at?.[0].removeAttribute("data-drop");
      at = next;
      at?.[0].setAttribute("data-drop", at[1]);
      if (at) at[0].scrollIntoView({ block: "nearest" });
    };
    const end = () => { over.abort(); mark(null); taken.removeAttribute("data-dragged"); };
    const move = (event) => {
      if (!held && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 5) return;
      held = true;
      taken.setAttribute("data-dragged", "");
      mark(spot(event, taken));
    };
    const up = () => { const landed = held ? at : null; end(); if (landed) drop(taken.dataset.entry, ...landed); };
    area.setPointerCapture(down.pointerId); // a quick hand is out of the list before it has moved in it
    area.addEventListener("pointermove", move, { signal });
    area.addEventListener("pointerup", up, { signal });
    area.addEventListener("pointercancel", end, { signal });
    area.addEventListener("lostpointercapture", (event) => { if (event.target === area) end(); }, { signal }); // a finger's first node loses it, too
    window.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); }, { signal, capture: true });
  };
  area.addEventListener("pointerdown", start);
  return area;
};
const within = (node, { clientX: x, clientY: y }) => {
  const box = node.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom ? box : null;
};
// A list whose rows are put in order; `move(from, to)` when a row was dropped at another place.
const sortable = (list, move) => draggable(list, {
  spot(event) {
    const row = [...list.children].find((node) => within(node, event));
    return row ? [row, event.clientY < row.getBoundingClientRect().top + row.offsetHeight / 2 ? "before" : "after"] : null;
  },
  drop(id, node, side) {
    const rows = [...list.children], from = rows.findIndex((row) => row.dataset.entry === id);
    const gap = rows.indexOf(node) + (side === "after"), to = gap > from ? gap - 1 : gap;
    if (to !== from) move(from, to);
  },
});
