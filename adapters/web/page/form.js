// The form of a new short: its preview changes while one types, and a lost connection loses nothing.

import { toast } from "/web/app.js";

const form = document.getElementById("new"), $ = (id) => document.getElementById(id);
const photo = $("photo"), data = document.body.dataset, maxPhoto = 20 << 20;
const posters = () => form.querySelectorAll(".columns .poster");
let picked = null, asked = 0;

// shapeOf is how a photo of this shape will most likely be framed; the server looks for the plate as well.
function shapeOf(w, h) {
  const r = w / h;
  if (r <= 0.6) return "full";
  return [["tall", 0.75], ["square", 1], ["wide43", 4 / 3]].sort((a, b) => Math.abs(Math.log(r / a[1])) - Math.abs(Math.log(r / b[1])))[0][0];
}

function choose(file) {
  if (!file) return;
  wrong({});
  picked = file;
  form.classList.add("has-photo");
  form.querySelector("[name=kept]")?.remove();
  $("file").textContent = file.name;
  const src = URL.createObjectURL(file), image = new Image();
  const note = $("nopreview");
  image.onload = () => {
    note.hidden = true;
    draw(src, shapeOf(image.naturalWidth, image.naturalHeight));
  };
  image.onerror = () => { // HEIC, in most browsers
    note.textContent = form.dataset.nopreview;
    note.hidden = false;
    draw("", "square");
  };
  image.src = src;
  if (!$("menu").value) $("menu").focus({ preventScroll: true });
}

function draw(src, shape) {
  for (const p of posters()) {
    p.classList.remove("full", "tall", "square", "wide43");
    p.classList.add(shape);
    const pic = p.querySelector(".pic"), fresh = document.createElement(src ? "img" : "span");
    fresh.className = src ? "pic" : "pic none";
    if (src) { fresh.src = src; fresh.alt = ""; }
    pic.replaceWith(fresh);
  }
}

function words(menu, price, regular) {
  for (const p of posters()) {
    p.querySelector(".name").textContent = menu;
    p.querySelector(".price b").textContent = price;
    p.querySelector(".price s").textContent = regular;
  }
}

// What was written is shown at once, and as it will stand in the film when the server has read it.
async function read() {
  const f = new FormData(form), menu = f.get("menu").trim(), price = f.get("price").trim(), regular = f.get("regular").trim();
  words(menu || $("menu").placeholder, price || $("price").placeholder, regular);
  const n = ++asked;
  await new Promise((go) => setTimeout(go, 200));
  if (n !== asked || !menu && !price) return;
  try {
    const r = await fetch("/web/read?" + new URLSearchParams({ menu, price, regular }));
    if (!r.ok || n !== asked) return;
    const got = await r.json();
    $("shown").textContent = price && got.price && got.price !== price ? got.price : "";
    if (got.menu) words(got.menu, got.price || price, got.regular);
  } catch { /* the preview stays as it was written */ }
}

function look() {
  const now = form.querySelector("[name=look]:checked");
  const big = form.querySelector(".side .poster");
  if (!now || !big) return;
  for (const i of form.querySelectorAll("[name=look]")) big.classList.remove(i.value);
  big.classList.add(now.value);
}

function wrong(problems) {
  for (const id of ["photo", "menu", "price", "regular", "real", "order"]) {
    const why = $(id + "-wrong"), field = $(id);
    if (!why) continue;
    why.textContent = problems[id] || "";
    if (field) field.setAttribute("aria-invalid", problems[id] ? "true" : "false");
    if (field) field.closest(".field")?.classList.toggle("wrong", Boolean(problems[id]));
  }
  if (problems.regular || problems.real) $("regular-field").classList.add("on");
  const first = ["photo", "menu", "price", "regular"].find((id) => problems[id]);
  if (first) {
    $(first).focus();
    $(first).closest(".field").scrollIntoView({ block: "center" });
  }
}

// send is one order however often it is tried: the key stays until it is taken.
function send() {
  const f = new FormData(form), bar = $("sent"), button = $("send");
  if (picked) f.set("photo", picked, picked.name);
  // The picture comes last, so that words which can't be read cost no upload.
  const file = f.get("photo");
  f.delete("photo");
  if (file && file.size) f.append("photo", file, file.name);
  button.disabled = true;
  bar.hidden = false;
  const x = new XMLHttpRequest();
  x.open("POST", form.action);
  x.setRequestHeader("Accept", "application/json");
  x.timeout = 150000;
  x.upload.onprogress = (e) => { if (e.lengthComputable) bar.value = e.loaded / e.total; };
  const over = (text) => {
    button.disabled = false;
    bar.hidden = true;
    if (text) toast(text);
  };
  x.onerror = x.ontimeout = () => {
    over(navigator.onLine ? data.trouble : data.offline);
    addEventListener("online", send, { once: true });
  };
  x.onload = () => {
    let got = {};
    try { got = JSON.parse(x.responseText); } catch { /* a proxy's page */ }
    if (got.location) { location.assign(got.location); return; }
    over(got.problems ? "" : got.detail || data.trouble);
    if (got.shown) $("seen").value = got.shown;
    wrong(Object.fromEntries((got.problems || []).map((p) => [p.field, p.text])));
  };
  x.send(f);
}

form.addEventListener("submit", (e) => { e.preventDefault(); send(); });
for (const id of ["menu", "price", "regular"]) $(id).addEventListener("input", read);
form.addEventListener("change", (e) => {
  if (e.target.name === "look") look();
  if (e.target.name === "music") $("music-now").textContent = e.target.closest("label").textContent.trim();
});
photo.addEventListener("change", () => {
  const file = photo.files[0];
  if (file && file.size > maxPhoto) { photo.value = ""; wrong({ photo: data.trouble }); return; }
  choose(file);
});
$("add-regular").addEventListener("click", () => { $("regular-field").classList.add("on"); $("regular").focus(); });
$("add-sizes").addEventListener("click", (e) => {
  const price = $("price");
  if (!price.value) price.value = e.target.dataset.fill;
  price.focus();
  read();
});

const zone = form.querySelector(".pick");
addEventListener("dragover", (e) => { if (e.dataTransfer.types.includes("Files")) { e.preventDefault(); zone.classList.add("over"); } });
addEventListener("dragleave", (e) => { if (!e.relatedTarget) zone.classList.remove("over"); });
addEventListener("drop", (e) => { e.preventDefault(); zone.classList.remove("over"); choose(e.dataTransfer.files[0]); });
addEventListener("paste", (e) => choose(Array.from(e.clipboardData.files).find((f) => f.type.startsWith("image/"))));

let sound = null;
for (const b of form.querySelectorAll(".listen")) {
  const label = b.textContent;
  b.addEventListener("click", () => {
    const on = sound && sound.of === b;
    if (sound) { sound.pause(); sound.of.textContent = sound.label; sound = null; }
    if (on) return;
    sound = Object.assign(new Audio(b.dataset.sound), { of: b, label });
    sound.onended = () => { b.textContent = label; sound = null; };
    b.textContent = b.dataset.stop;
    sound.play().catch(() => { b.textContent = label; });
  });
}

const sample = $("sample");
if (sample) sample.addEventListener("click", async () => {
  const r = await fetch("/web/sample.jpg");
  choose(new File([await r.blob()], "sample.jpg", { type: "image/jpeg" }));
  $("menu").value = sample.dataset.menu;
  $("price").value = sample.dataset.price;
  read();
});

if (photo.files[0]) choose(photo.files[0]); // it was picked before this script was here
look();
read();
