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
