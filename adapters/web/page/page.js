"use strict";

// The chat page: sends a photo with a line, and asks each second how its orders stand while one is open.
// Everything that people or the server say goes in as text, never as markup.

const words = document.body.dataset;
const lang = document.documentElement.lang;
const chat = document.getElementById("chat");
const caption = document.getElementById("caption");
const picker = document.getElementById("photo");
const picked = document.getElementById("picked");
const sendButton = document.getElementById("send");
const dropZone = document.getElementById("drop");
const maxPhoto = 20 * 1024 * 1024;

let photo = null; // the file that the next message carries
let earlier = ""; // what was said about it before and was not enough
let reading = ""; // what the server read and asked about
let asked = null; // the file that a question was asked about: the chat shows it already
let asking = null; // timer of the next question to the server
let failures = 0; // questions in a row that got no answer
const orders = new Map(); // message name → its elements

// el makes an element with a class and text.
function el(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text) e.textContent = text;
  return e;
}

function bubble(side, className) {
  const item = el("li", side);
  const inner = el("div", "bubble" + (className ? " " + className : ""));
  item.append(inner);
  chat.append(item);
  return inner;
}

// follow scrolls to the end, unless the person is reading further up.
function follow(always) {
  const main = chat.parentElement;
  if (always || main.scrollHeight - main.scrollTop - main.clientHeight < 320) main.scrollTop = main.scrollHeight;
}

function messageName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

// The composer.

function choose(file) {
  if (!file) return;
  if (file.size > maxPhoto) {
    saySomething(words.tooMuch);
    return;
  }
  photo = file;
  earlier = "";
  reading = "";
  const image = picked.querySelector("img");
  URL.revokeObjectURL(image.src);
  image.hidden = false;
  image.src = URL.createObjectURL(file);
  picked.querySelector(".file").textContent = file.name;
  picked.hidden = false;
  ready();
  caption.focus();
}

function unchoose() {
  photo = null;
  earlier = "";
  reading = "";
  picker.value = "";
  picked.hidden = true;
  ready();
}

function ready() {
  sendButton.disabled = !photo && caption.value.trim() === "";
}

// saySomething shows a line of the bot that no order belongs to.
function saySomething(text, actions) {
  const b = bubble("from-them");
  b.append(el("p", "", text));
  if (actions && actions.length) {
    const row = el("div", "actions");
    for (const [label, act] of actions) {
      const button = el("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => {
        row.remove();
        act();
      });
      row.append(button);
    }
    b.append(row);
  }
  follow(true);
}

function submit(text) {
  if (!photo) {
    if (text) {
      bubble("from-me").textContent = text;
      saySomething(words.photoFirst);
    }
    return;
  }
  const message = { name: messageName(), photo, caption: text, earlier, reading, shown: photo === asked };
  showMine(message);
  unchoose();
  send(message);
}

function showMine(message) {
  if (message.shown) {
    message.mine = bubble("from-me");
    message.mine.textContent = message.caption;
  } else {
    message.mine = bubble("from-me", "sent");
    message.mine.append(picture(URL.createObjectURL(message.photo), message.photo.name));
    if (message.caption) message.mine.append(el("div", "words", message.caption));
  }
  follow(true);
}

// picture shows an image, or a camera where the browser can't (HEIC).
function picture(address, alt) {
  const image = el("img");
  image.alt = alt || words.you;
  image.addEventListener("error", () => {
    const instead = el("div", "noimage", "📷");
    instead.setAttribute("role", "img");
    instead.setAttribute("aria-label", image.alt);
    image.replaceWith(instead);
  });
  image.src = address;
  return image;
}

async function send(message) {
  const form = new FormData();
  form.append("id", message.name);
  form.append("caption", message.caption);
  form.append("earlier", message.earlier);
  form.append("reading", message.reading || "");
  form.append("photo", message.photo);
  let answer, status;
  try {
    const response = await fetch("/web/orders?lang=" + lang, { method: "POST", body: form, credentials: "same-origin" });
    status = response.status;
    answer = await response.json();
  } catch {
    answer = null;
  }
  if (!answer || status === 503) {
    // The same name again: if the first one did arrive, nothing is made twice.
    saySomething((answer && answer.error) || words.offline, [[words.again, () => send(message)]]);
  } else if (status === 200) {
    orders.set(message.name, { mine: message.mine });
    show(answer);
    ask(0);
  } else if (answer.question) {
    keepFor(message, answer);
  } else {
    saySomething(answer.error);
  }
}

// keepFor asks back and keeps the photo: the next line completes the message.
function keepFor(message, answer) {
  const said = (message.earlier ? message.earlier + "\n" : "") + message.caption;
  saySomething(answer.question, (answer.choices || []).map((c) => [c.label, () => {
    if (!c.caption) {
      caption.focus(); // the person writes how it is right
      return;
    }
    const again = { name: messageName(), photo: message.photo, caption: c.caption, earlier: answer.reading ? said : "", reading: answer.reading, shown: true };
    if (photo === message.photo) unchoose();
    showMine(again);
    send(again);
  }]));
  if (photo) return; // another photo was picked meanwhile
  choose(message.photo);
  asked = message.photo;
  earlier = said;
  reading = answer.reading || "";
}

// The orders.

function show(order) {
  let o = orders.get(order.message);
  if (!o) {
    o = {};
    orders.set(order.message, o);
  }
  if (!o.mine) {
    o.mine = bubble("from-me", "sent");
    o.mine.append(picture(order.photo, order.said), el("div", "words", order.said));
  }
  const fresh = !o.bubble;
  if (fresh) {
    o.bubble = bubble("from-them", "order");
    o.bubble.append(el("p", "head", order.head), (o.line = el("p", "line")));
  }
  if (o.line.textContent !== order.line) o.line.textContent = order.line;
  o.bubble.classList.toggle("bad", order.failed);
  showProgress(o, order);
  if (order.video && o.video !== order.video) showVideo(o, order, !fresh);
  follow(fresh);
}

function showProgress(o, order) {
  if (!order.open) {
    if (o.progress) o.progress.remove();
    o.progress = null;
    return;
  }
  if (!o.progress) {
    o.progress = el("progress");
    o.progress.max = 1;
    o.progress.setAttribute("aria-label", words.progress);
    o.bubble.append(o.progress);
  }
  // Between two answers the bar creeps on, ever slower, and never past the end of its step.
  const value = o.progress.value;
  o.progress.value = Math.max(order.progress, Math.min(value + (order.until - value) * 0.06, order.until));
}

function showVideo(o, order, live) {
  o.video = order.video;
  if (o.player) o.player.remove();
  o.player = el("div");
  const video = el("video");
  video.controls = true;
  video.playsInline = true;
  video.preload = "metadata";
  video.poster = order.photo;
  video.setAttribute("aria-label", order.head);
  if (live) {
    // A browser plays by itself only what makes no sound; the person can turn it on.
    video.muted = true;
    video.autoplay = true;
  }
  video.src = order.video;
  const save = el("a", "", words.download);
  save.href = order.video + "&save";
  save.download = order.file;
  const row = el("div", "actions");
  row.append(save);
  o.player.append(video, row);
  o.bubble.append(o.player);
  video.addEventListener("loadedmetadata", () => follow(live), { once: true });
}

// ask learns how the orders stand, again and again while one is open.
function ask(wait) {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    let open = true;
    try {
      const response = await fetch("/web/orders?lang=" + lang, { credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      const list = (await response.json()).orders;
      list.forEach(show);
      open = list.some((o) => o.open);
      failures = 0;
    } catch {
      failures++; // the server may be starting again
    }
    if (open && !document.hidden) ask(Math.min(1000 * 2 ** failures, 15000));
  }, wait);
}

// What people do.

document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = caption.value.trim();
  if (!photo && !text) return;
  caption.value = "";
  submit(text);
  ready();
});
caption.addEventListener("input", ready);
picker.addEventListener("change", () => choose(picker.files[0]));
picked.querySelector("button").addEventListener("click", unchoose);
picked.querySelector("img").addEventListener("error", (event) => { event.target.hidden = true; });

document.getElementById("try").addEventListener("click", async () => {
  try {
    const response = await fetch("/web/sample.jpg");
    if (!response.ok) throw new Error(String(response.status));
    choose(new File([await response.blob()], "sample.jpg", { type: "image/jpeg" }));
    caption.value = words.sampleCaption;
    ready();
  } catch {
    saySomething(words.offline);
  }
});

document.addEventListener("paste", (event) => {
  const file = Array.from(event.clipboardData.files).find((f) => f.type.startsWith("image/"));
  if (file) choose(file);
});
document.addEventListener("dragover", (event) => {
  if (!Array.from(event.dataTransfer.types).includes("Files")) return;
  event.preventDefault();
  dropZone.hidden = false;
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) dropZone.hidden = true;
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  dropZone.hidden = true;
  choose(event.dataTransfer.files[0]);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask(0);
});

ready();
ask(0);
