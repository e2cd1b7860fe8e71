"use strict";

// A messenger in which one person plays everybody. All that it does goes over the controls of the
// stand-in, and what people or the bot say goes in as text, never as markup.

const at = (id) => document.getElementById(id);
const scroll = at("scroll"), list = at("messages"), text = at("text"), composer = at("composer");
const chats = new Map(); // id → {line, revision, messages, unread}
let words = {}, lang = "ko", bot = {};
let open = 0; // the chat that is shown
let watching = null; // ends the question how that chat stands
let reply = 0, editing = 0; // what the next message answers, or which one it changes
let picked = []; // the files that the next message carries
let listed = ""; // the list of chats as it is drawn

// el makes an element with a class and text.
function el(tag, name, said) {
  const e = document.createElement(tag);
  if (name) e.className = name;
  if (said) e.textContent = said;
  return e;
}

function button(name, said, act) {
  return Object.assign(el("button", name, said), { type: "button", onclick: act });
}

async function call(verb, path, body, signal) {
  const o = { method: verb, signal, body };
  if (body && !(body instanceof FormData)) {
    o.body = JSON.stringify(body);
    o.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(path, o), value = await response.json();
  if (!response.ok) throw Object.assign(new Error(value.error), { status: response.status });
  return value;
}

// attempt does something for a person, who is told if it fails.
async function attempt(act) {
  try {
    return await act();
  } catch (e) {
    toast(e.status === 504 ? words.silent : words.failed.replace("{why}", () => e.message));
  }
}

function toast(said) {
  const t = at("toast");
  t.textContent = said;
  t.hidden = false;
  clearTimeout(t.timer);
  t.timer = setTimeout(() => { t.hidden = true; }, 4000);
}

const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const shown = () => chats.get(open);
const people = () => [...chats.values()].filter((c) => c.line.kind === "private").map((c) => c.line);
const speaker = () => shown().line.kind === "private" ? open : Number(at("speaker").lastElementChild.value) || shown().line.owner;
const nameOf = (id) => chats.get(id)?.line.title ?? "";

// What the stand-in says.

// follow keeps the end in sight of who reads there.
function follow(change) {
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 160;
  change();
  if (near) scroll.scrollTop = scroll.scrollHeight;
}

function absorb(view) {
  const c = chats.get(view.id), since = c.revision, here = view.id === open;
  c.line = view;
  c.revision = view.revision;
  for (const m of view.messages) {
    const fresh = since && m.ours && !c.messages.has(m.id);
    m.deleted ? c.messages.delete(m.id) : c.messages.set(m.id, m);
    if (here) follow(() => place(m));
    if (fresh) c.seen = view.actions.at(-1)?.at; // who has written is not writing any more
    if (fresh && !here) c.unread++;
    if (fresh && here && m.special) answer(m.id);
  }
  if (here) settle();
}

// watch follows the chat that is shown.
async function watch() {
  watching?.abort();
  const mine = (watching = new AbortController());
  while (!mine.signal.aborted) {
    try {
      const view = await call("GET", `chats/${open}?wait=25&since=${shown().revision}`, null, mine.signal);
      absorb(view);
      if (view.id === open) doing(view.actions.at(-1));
    } catch (e) {
      if (mine.signal.aborted) return;
      toast(words.lost);
      await rest(2000);
    }
  }
}

// look learns of the other chats.
async function look() {
  for (const line of await call("GET", "chats")) {
    const c = chats.get(line.id);
    if (!c) chats.set(line.id, { line, revision: 0, messages: new Map(), unread: 0 });
    if (line.id !== open && line.revision > (c?.revision ?? 0)) {
      absorb(await call("GET", `chats/${line.id}?since=${chats.get(line.id).revision}`));
    }
  }
  drawChats();
}

// doing shows what the bot is seen doing, which lasts five seconds unless it writes.
function doing(action) {
  const { line, seen } = shown(), p = at("doing");
  const said = action && action.at !== seen && (words["doing." + action.action] ?? words["doing.typing"]);
  p.textContent = said || (line.kind === "private" ? words.with.replace("{name}", () => line.title) : words.group);
  p.classList.toggle("busy", Boolean(said));
  clearTimeout(p.timer);
  if (said) p.timer = setTimeout(doing, 5000);
}

// The chats.

function face(line) {
  return Object.assign(el("span", `face tint${Math.abs(line.id % 5)} ${line.kind}`, [...line.title][0] ?? "?"), { ariaHidden: "true" });
}

function label(m) {
  return m ? m.text || words[m.kind] || (m.kind === "service" ? words.joined.replace("{name}", () => m.from) : words.file) : words.gone;
}

function drawChats() {
  const now = JSON.stringify([lang, open, [...chats.values()].map((c) => [c.line.id, c.line.title, c.unread, c.revision])]);
  if (now === listed) return;
  listed = now;
  at("chats").replaceChildren(...[...chats.values()].map((c) => {
    const b = button("", "", () => show(c.line.id));
    const last = [...c.messages.values()].at(-1);
    const said = el("span", "said", last ? (last.ours ? "" : (last.from ?? "") + ": ") + label(last) : "");
    b.append(face(c.line), el("span", "who", c.line.title), said);
    if (c.unread) b.append(el("span", "unread", String(c.unread)));
    if (c.line.id === open) b.setAttribute("aria-current", "true");
    const item = el("li");
    item.append(b);
    return item;
  }));
}

function show(id) {
  open = id;
  drop();
  shown().unread = 0;
  const voices = people().map((p) => new Option(p.title, p.id, false, p.id === shown().line.owner));
  at("speaker").lastElementChild.replaceChildren(...voices);
  redraw();
  doing();
  drawChats();
  watch();
}

function redraw() {
  list.replaceChildren();
  for (const m of shown().messages.values()) place(m);
  settle();
  scroll.scrollTop = scroll.scrollHeight;
}

// settle draws what is around the messages.
function settle() {
  const { line, messages } = shown(), lone = line.kind === "private";
  at("title").textContent = lone ? bot.first_name : line.title;
  at("face").replaceWith(Object.assign(lone ? el("span", "face bot", "픽") : face(line), { id: "face" }));
  const roles = lone ? [["member", "open"], ["kicked", "blocked"]] : [["member", "member"], ["administrator", "administrator"], ["kicked", "kicked"]];
  const is = line.bot === "left" ? "kicked" : line.bot;
  at("role").lastElementChild.replaceChildren(...roles.map(([v, w]) => new Option(words["role." + w], v, false, v === is)));
  at("speaker").hidden = lone;
  at("empty").hidden = messages.size > 0;
  const blocked = lone && is === "kicked", begins = lone && messages.size === 0;
  composer.hidden = blocked || begins;
  at("begin").hidden = !composer.hidden;
  at("begin").textContent = blocked ? words.unblock : words.start;
}

// The messages.

function place(m) {
  let node = at("m" + m.id);
  if (m.deleted) return (node?.parentElement.children.length > 1 ? node : node?.parentElement)?.remove();
  const side = m.kind === "service" ? "service" : m.ours || m.from !== nameOf(speaker()) ? "theirs" : "mine";
  if (!node) {
    node = el("article", "message");
    node.id = "m" + m.id;
    let item = m.album && [...list.children].find((i) => i.dataset.album === m.album);
    if (!item) list.append((item = el("li", side)));
    item.dataset.album = m.album ?? "";
    item.classList.toggle("album", Boolean(m.album));
    item.append(node);
  }
  if (side === "service") return node.replaceChildren(el("span", "", label(m)));
  const media = node.querySelector(".media");
  const film = m.file && (media?.dataset.id === m.file.id ? media : draw(m)); // one that plays goes on
  for (const part of [...node.children]) if (part !== film) part.remove();
  if (film && film !== media) node.append(film);
  node.prepend(...above(m, side));
  node.append(...below(m), tools(m, side));
  node.classList.toggle("framed", Boolean(film) && !film.classList.contains("document"));
}

// above is what stands over a message: who wrote it, and what it answers.
function above(m, side) {
  const all = [];
  if (side === "theirs" && shown().line.kind !== "private") all.push(el("b", "from", m.ours ? bot.first_name : m.from));
  if (m.reply_to) {
    const to = shown().messages.get(m.reply_to);
    const quote = button("quote", "", () => at("m" + m.reply_to)?.scrollIntoView({ block: "center" }));
    quote.append(el("b", "", to ? (to.ours ? bot.first_name : to.from) : ""), el("span", "", label(to)));
    if (to?.file && (to.kind === "photo" || to.file.thumb)) quote.prepend(image((to.file.thumb ?? to.file).id));
    all.push(quote);
  }
  return all;
}

const image = (id) => Object.assign(el("img"), { alt: "", src: `files/${id}` });

function draw(m) {
  const f = m.file, box = el("div", "media " + m.kind), still = f.cover ?? f.thumb;
  box.dataset.id = f.id;
  if (m.kind === "photo" || m.kind === "video") box.style.aspectRatio = `${f.w} / ${f.h}`;
  if (m.kind === "video") {
    const v = Object.assign(el("video"), { controls: true, playsInline: true, preload: "none", src: `files/${f.id}` });
    if (still) v.poster = `files/${still.id}`;
    const length = el("span", "length", `${Math.floor(f.seconds / 60)}:${String(f.seconds % 60).padStart(2, "0")}`);
    v.addEventListener("play", () => length.remove());
    box.append(v, length);
    return box;
  }
  const a = outside(`files/${f.id}`, m.kind === "photo" ? "" : `📄 ${f.name || m.kind}`);
  a.append(m.kind === "photo" ? image(f.id) : el("small", "", ` ${Math.ceil(f.bytes / 1024).toLocaleString()} KB`));
  box.append(a);
  return box;
}

function below(m) {
  const all = [];
  if (m.text) {
    all.push(Object.assign(el("p", "text"), { dir: "auto" }));
    all[0].append(...rich(m));
  }
  const time = new Date(m.at).toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
  all.push(el("small", "meta", [m.unseen && words.unseen, m.edits && words.edited, time].filter(Boolean).join(" · ")));
  if (m.buttons?.length) {
    const keys = el("div", "keys");
    for (const row of m.buttons) keys.appendChild(el("div")).append(...row.map((b) => key(m, b)));
    all.push(keys);
  }
  return all;
}

function key(m, b) {
  if (b.url) return link(b.url, b.text + " ↗");
  if (b.copy) {
    const copy = () => navigator.clipboard.writeText(b.copy).then(() => toast(words.copied));
    return button("", b.text + " 📋", () => attempt(copy));
  }
  const k = button(b.style ?? "", b.text, () => attempt(async () => {
    k.classList.add("busy");
    try {
      const a = await call("POST", `chats/${m.chat}/messages/${m.id}/press`, { as: speaker(), button: b.data });
      if (a.text) (a.alert ? alert : toast)(a.text);
    } finally {
      k.classList.remove("busy");
    }
  }));
  return k;
}

function outside(address, said) {
  return Object.assign(el("a", "", said), { href: address, target: "_blank", rel: "noopener noreferrer" });
}

// link goes out of the page, unless it goes to the bot: then it starts it as Telegram would.
function link(address, said) {
  let u = null;
  try { u = new URL(address); } catch { /* it stays a text */ }
  if (u?.hostname === "t.me" && u.pathname === "/" + bot.username) {
    return button("link", said, () => {
      show(speaker());
      attempt(() => say(`/start ${u.searchParams.get("start") ?? ""}`.trim()));
    });
  }
  return u && /^https?:$/.test(u.protocol) ? outside(u.href, said) : el("span", "", said);
}

const tags = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "q" };

// rich cuts a text at the ends of its entities, which may lie in each other.
function rich(m) {
  const entities = m.entities ?? [];
  const cuts = new Set([0, m.text.length]);
  for (const e of entities) cuts.add(e.offset).add(e.offset + e.length);
  const ends = [...cuts].sort((a, b) => a - b);
  return ends.slice(1).map((end, i) => {
    const said = m.text.slice(ends[i], end);
    let node = document.createTextNode(said);
    for (const e of entities.filter((e) => e.offset <= ends[i] && end <= e.offset + e.length)) {
      let wrap = null;
      if (e.type === "bot_command") wrap = button("link", "", () => attempt(() => say(said)));
      else if (e.type === "url" || e.type === "text_link") wrap = link(e.url ?? said);
      else if (tags[e.type]) wrap = el(tags[e.type]);
      if (!wrap) continue;
      wrap.append(node);
      node = wrap;
    }
    return node;
  });
}

function tools(m, side) {
  const t = el("span", "tools");
  const tool = (sign, what, act) => {
    t.append(Object.assign(button("", sign, act), { title: words[what], ariaLabel: words[what] }));
  };
  tool("↩", "reply", () => answer(m.id));
  if (side === "theirs") return t;
  tool("✎", "edit", () => { drop(); editing = m.id; text.value = m.text ?? ""; context(); });
  tool("✕", "delete", () => attempt(() => call("DELETE", `chats/${m.chat}/messages/${m.id}`, { as: speaker() })));
  return t;
}

// The composer.

function context() {
  const on = reply || editing, said = on && `${editing ? words.edit : words.reply}: ${label(shown().messages.get(on))}`;
  follow(() => {
    at("context").hidden = !on;
    at("context").firstElementChild.textContent = said || "";
    size();
  });
  if (on) text.focus();
}

function answer(id) {
  drop();
  reply = id;
  context();
}

function drop() {
  if (editing) text.value = "";
  reply = editing = 0;
  context();
}

function size() {
  text.style.height = "auto";
  text.style.height = Math.min(text.scrollHeight + 2, 160) + "px";
  at("send").disabled = !text.value.trim() && !picked.length && !editing;
}

const isPhoto = (f) => /^image\/(jpeg|png|webp)$/.test(f.type);

function choose(files) {
  picked = picked.concat(files).slice(0, 10); // an album holds no more
  at("attach").open = false;
  tray();
  text.focus();
}

function tray() {
  at("tray").hidden = !picked.length;
  at("tray").firstElementChild.replaceChildren(...picked.map((f) => {
    const item = el("li"), out = button("", "✕", () => { picked = picked.filter((p) => p !== f); tray(); });
    out.ariaLabel = words.remove;
    const i = Object.assign(el("img"), { alt: f.name, onload: () => URL.revokeObjectURL(i.src) });
    if (isPhoto(f)) i.src = URL.createObjectURL(f);
    item.append(isPhoto(f) ? i : el("span", "", `📄 ${f.name}`), out);
    return item;
  }));
  size();
}

function say(said) {
  return call("POST", `chats/${open}/messages`, { as: speaker(), text: said, reply });
}

// mail sends what was picked: several files are an album.
function mail(said) {
  const kinds = new Set(picked.map((f) => isPhoto(f) ? "photo" : f.type.startsWith("video/") ? "video" : "document"));
  const kind = at("as-file").checked || kinds.size > 1 ? "document" : [...kinds][0];
  const form = new FormData();
  for (const [name, value] of Object.entries({ as: speaker(), kind, reply, text: said })) form.append(name, value);
  for (const f of picked) form.append("file", f);
  return call("POST", `chats/${open}/messages`, form);
}

async function send() {
  const said = text.value.trim();
  if (editing) await call("PATCH", `chats/${open}/messages/${editing}`, { as: speaker(), text: said });
  else if (picked.length) await mail(said);
  else if (said) await say(said);
  else return;
  text.value = "";
  picked = [];
  at("as-file").checked = false;
  drop();
  tray();
  scroll.scrollTop = scroll.scrollHeight;
}

// menu shows the bot's commands, those of the nearest scope that has any.
async function menu() {
  const box = at("commands").lastElementChild, near = shown().line.kind === "private" ? "all_private_chats" : "all_group_chats";
  let all = [];
  for (const page of [`chat%20${open}&lang=${lang}`, `chat%20${open}`, `${near}&lang=${lang}`, near, `default&lang=${lang}`, "default"]) {
    if (!all.length) all = (await call("GET", `commands?scope=${page}`)) ?? [];
  }
  box.replaceChildren(...all.map((c) => {
    const b = button("", "/" + c.command, () => {
      at("commands").open = false;
      attempt(() => say("/" + c.command));
    });
    b.append(el("small", "", c.description));
    return b;
  }));
  if (!all.length) box.append(el("p", "", words.noCommands));
}

// ask adds a person or a group, once it has a name.
function ask(what) {
  const d = at("ask"), f = d.firstElementChild.elements, person = what === "people";
  d.querySelector("h2").textContent = person ? words.newPerson : words.newGroup;
  at("speaks").hidden = at("number").hidden = !person;
  f.name.value = f.number.value = "";
  f.lang.value = lang;
  d.onclose = () => d.returnValue && attempt(async () => {
    const body = { name: f.name.value, title: f.name.value, lang: f.lang.value, id: Number(f.number.value), as: speaker() };
    const made = await (person ? call("POST", "people", body) : call("POST", "groups", body));
    await look();
    show(made.id);
  });
  d.returnValue = "";
  d.showModal();
}

async function speak(to) {
  lang = to;
  localStorage.setItem("lang", to);
  words = await (await fetch(to + ".json")).json();
  document.documentElement.lang = to;
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = words[e.dataset.t];
  for (const e of document.querySelectorAll("[data-label]")) e.title = e.ariaLabel = words[e.dataset.label];
  at("lang").textContent = words.other;
  text.placeholder = words.write;
}

// What people do.

at("lang").addEventListener("click", () => attempt(async () => {
  await speak(lang === "ko" ? "en" : "ko");
  show(open);
}));
at("new-person").addEventListener("click", () => ask("people"));
at("new-group").addEventListener("click", () => ask("groups"));
at("ask").querySelector("[type=button]").addEventListener("click", () => at("ask").close());
at("role").addEventListener("change", (e) => attempt(() => call("POST", `chats/${open}/bot`, { as: speaker(), status: e.target.value })));
at("speaker").addEventListener("change", redraw);
at("begin").addEventListener("click", () => attempt(() => shown().line.bot === "kicked"
  ? call("POST", `chats/${open}/bot`, { as: speaker(), status: "member" }) : say("/start")));
composer.addEventListener("submit", (e) => {
  e.preventDefault();
  attempt(send);
});
text.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
  e.preventDefault();
  composer.requestSubmit();
});
text.addEventListener("input", size);
at("context").lastElementChild.addEventListener("click", drop);
at("files").addEventListener("change", (e) => { choose([...e.target.files]); e.target.value = ""; });
at("sample").addEventListener("click", () => attempt(async () => {
  text.value ||= "새우 파스타 18,000원";
  choose([new File([await (await fetch("sample.jpg")).blob()], "sample.jpg", { type: "image/jpeg" })]);
}));
at("commands").addEventListener("toggle", () => at("commands").open && attempt(menu));
document.addEventListener("click", (e) => {
  for (const d of document.querySelectorAll("details[open]")) if (!d.contains(e.target)) d.open = false;
});
document.addEventListener("paste", (e) => { if (e.clipboardData.files.length) choose([...e.clipboardData.files]); });

async function begin() {
  await speak(localStorage.getItem("lang") ?? "ko");
  bot = await call("GET", "bot");
  await look();
  show([...chats.keys()][0]);
  for (;;) {
    await rest(2000);
    if (!document.hidden) await look().catch(() => {});
  }
}
begin();
