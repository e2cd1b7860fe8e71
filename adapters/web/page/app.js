// What the page does beyond its forms, which work without: it is told of what changes, and spares reloads.
// All that people or the server say goes in as text; markup comes from our own pages only.

const root = document.documentElement, body = document.body, data = body.dataset;
root.classList.add("js");
const $ = (id) => document.getElementById(id);

let toastTimer;
export function toast(text) {
  const t = $("toast");
  t.textContent = text;
  t.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { t.hidden = true; }, 5000);
}

function offline(is) {
  const bar = $("offline");
  bar.textContent = is ? data.offline : "";
  bar.hidden = !is;
}
addEventListener("offline", () => offline(true));
addEventListener("online", () => { offline(false); connect(); });
if (!navigator.onLine) offline(true);

// Live: a socket, or where there is none a question every few seconds.

let since = Number(data.now || 0), tries = 0, socket, timer;

function heard(message) {
  since = message.now || since;
  if (message.notice) toast(message.notice);
  for (const o of message.orders || []) show(o);
}

function connect() {
  if (!data.live) return;
  clearTimeout(timer);
  if (socket && socket.readyState < 2) return;
  let opened = false;
  try {
    socket = new WebSocket(new URL(data.live + "?since=" + since, location.href.replace(/^http/, "ws")));
  } catch {
    ask();
    return;
  }
  socket.onopen = () => { opened = true; tries = 0; offline(false); };
  socket.onmessage = (e) => heard(JSON.parse(e.data));
  socket.onclose = (e) => {
    if (e.code === 1008) { location.reload(); return; } // signed out
    if (!opened) ask();
    later();
  };
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(connect, Math.min(1000 * 2 ** tries++, 15000) * (0.7 + 0.6 * Math.random()));
}

async function ask() {
  try {
    const r = await fetch(data.live + "?since=" + since, { headers: { Accept: "application/json" } });
    if (r.status === 401) location.reload();
    if (r.ok) { heard(await r.json()); offline(false); tries = Math.min(tries, 2); }
  } catch {
    if (!navigator.onLine) offline(true);
  }
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) connect(); });
connect();

// An order that is on the screen is drawn anew by the server when it changes, unless somebody writes in it.

const drawn = new Map(); // order → version
let title = document.title;

async function show(o) {
  for (const at of document.querySelectorAll('[data-order="' + o.id + '"]')) {
    if (Number(at.dataset.version) >= o.version && at.dataset.status !== "open" && at.id !== "one") continue;
    const bar = at.querySelector("progress");
    if (bar && o.status === "open") bar.value = Math.max(bar.value, o.done);
    const say = at.querySelector(".say");
    if (say) say.textContent = o.text;
    if (Number(at.dataset.version) < o.version) redraw(at, o);
  }
  if (!drawn.has(o.id) && $("list")) {
    clearTimeout(relisting);
    relisting = setTimeout(relist, 50);
  }
  if (o.status !== "open" && drawn.get(o.id) === "open") tell(o);
  drawn.set(o.id, o.status);
}

async function redraw(at, o) {
  if (at.contains(document.activeElement) && /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  at.dataset.version = o.version;
  try {
    const r = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!r.ok) return;
    const fresh = new DOMParser().parseFromString(await r.text(), "text/html").getElementById(at.id);
    if (!fresh || Number(fresh.dataset.version) < o.version) return;
    const sameFilm = at.id === "one" && at.dataset.cut === fresh.dataset.cut && at.dataset.status === fresh.dataset.status && at.dataset.status === "delivered";
    if (sameFilm) return;
    const done = fresh.dataset.status === "delivered" && at.dataset.status !== "delivered"; // it may be further than the event
    at.replaceWith(document.adoptNode(fresh));
    if (fresh.id === "one") {
      order(fresh);
      if (done) play(fresh);
    }
  } catch { /* the next event comes */ }
}

// The first page of the list begins with the newest order, wherever that was made.
let relisting;
async function relist() {
  try {
    const r = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = r.ok && new DOMParser().parseFromString(await r.text(), "text/html").getElementById("list");
    if (fresh) $("list").replaceWith(document.adoptNode(fresh));
  } catch { /* the next event comes */ }
}

function play(at) {
  const film = at.querySelector("video");
  if (!film) return;
  film.muted = true; // a browser plays by itself only what makes no sound
  film.autoplay = true;
  film.play().catch(() => {}); // it is still loading: autoplay sees to it
}

function tell(o) {
  if (o.status === "delivered") {
    const text = data.done.replace("{menu}", o.menu);
    if (document.hidden) {
      document.title = "✓ " + text;
      if ("Notification" in window && Notification.permission === "granted") new Notification(text);
    }
  }
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = title; });

// Between two events the bar creeps on, ever slower, and never past the end.
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setInterval(() => {
  for (const bar of document.querySelectorAll("progress.done")) {
    const left = Number(bar.dataset.left) || 120;
    bar.value = Math.min(bar.value + (1 - bar.value) / left, 0.97);
    const part = bar.parentElement.querySelector(".part");
    if (part) part.textContent = Math.floor(bar.value * 100) + "%";
  }
}, 1000);

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(data.copied);
  } catch {
    toast(data.trouble);
  }
}

// order sets up what one order's page can do here.
function order(at) {
  if (!at) return;
  drawn.set(Number(at.dataset.order), at.dataset.status);
  const post = at.querySelector("#post"), copying = at.querySelector("#copy"), share = at.querySelector("#share"), allow = at.querySelector("#allow");
  if (post && copying) {
    copying.hidden = false;
    copying.addEventListener("click", () => copy(post.textContent));
  }
  if (share && navigator.canShare && navigator.canShare({ files: [new File(["x"], "a.mp4", { type: share.dataset.type })] })) {
    share.hidden = false;
    share.addEventListener("click", async () => {
      try {
        const r = await fetch(share.dataset.file);
        const file = new File([await r.blob()], share.dataset.name, { type: share.dataset.type });
        await navigator.share({ files: [file], text: post.textContent });
      } catch (e) {
        if (e.name !== "AbortError") toast(data.trouble);
      }
    });
  }
  if (allow && "Notification" in window && Notification.permission === "default") {
    allow.hidden = false;
    allow.addEventListener("click", async () => { await Notification.requestPermission(); allow.hidden = true; });
  }
}
order($("one"));
for (const card of document.querySelectorAll(".card")) {
  drawn.set(Number(card.dataset.order), card.classList.contains("s-open") ? "open" : "");
}

const link = $("link");
if (link) {
  $("copy-link").hidden = false;
  $("copy-link").addEventListener("click", () => copy(link.textContent));
}

// A form that is sent twice by a nervous finger is sent once.
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented) return;
  const button = e.submitter;
  setTimeout(() => { if (button) button.disabled = true; }, 0);
  setTimeout(() => { if (button) button.disabled = false; }, 5000);
});

if ($("new")) import("/web/form.js");
