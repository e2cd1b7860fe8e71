// A program of Creatomate's own library, which knows nothing of us: what it takes and understands is
// shaped like the real thing, not like our own adapter. node certify.mjs BASE KEY DIR, where DIR holds
// what /media/ serves and gets film.mp4 and still.jpg.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import Creatomate from "creatomate";

const [base, key, dir] = process.argv.slice(2);

// connect makes a client of a server that isn't Creatomate's: its address is a constant of the library.
function connect(to, as = key) {
  const client = new Creatomate.Client(as);
  client.httpClient.defaults.baseURL = `${to}/v1`;
  return client;
}

const client = connect(base);
const photo = `${base}/media/dish.jpg`;

// refusal is the error of a call that must fail.
async function refusal(call) {
  try {
    await call;
  } catch (err) {
    return err;
  }
  assert.fail("nothing was refused");
}

async function api(method, path, body) {
  const res = await fetch(`${base}/v2${path}`, {
    method, headers: { Authorization: `Bearer ${key}` }, body: body && JSON.stringify(body),
  });
  const text = await res.text();
  return { status: res.status, body: text && JSON.parse(text) };
}

// source is a document in the library's own words.
function source(more, ...elements) {
  return new Creatomate.Source({ outputFormat: "mp4", width: 180, height: 320, frameRate: 10, duration: 1, ...more, elements });
}

const dish = (url) => new Creatomate.Image({ name: "dish", track: 1, duration: null, source: url, fit: "cover" });
const menu = new Creatomate.Text({
  name: "menu", track: 2, duration: null, y: "70%", width: "80%", height: "20%", text: "견본", fontFamily: "Noto Sans KR",
  fontWeight: 700, fillColor: "#ffffff", xAlignment: "50%", enter: new Creatomate.Fade({ duration: 0.3 }),
});

// The library has nothing for templates: they come from the dashboard or from version 2.
async function template() {
  const made = await api("POST", "/templates", { name: "깔끔", tags: ["clean"], source: source({}, dish(photo), menu).toMap() });
  assert.equal(made.status, 201);
  return made.body;
}

// A template with modifications becomes a film.
async function film(made) {
  const [render, ...more] = await client.render({
    templateId: made.id, modifications: { menu: "새우 파스타", "menu.fill_color": "#ffee00", dish: photo }, metadata: "12", maxWidth: 90,
  });
  assert.equal(more.length, 0);
  assert.equal(render.status, "succeeded", render.errorMessage);
  const { templateId, templateName, templateTags, outputFormat, width, height, frameRate, duration, metadata } = render;
  assert.deepEqual(
    { templateId, templateName, templateTags, outputFormat, width, height, frameRate, duration, metadata },
    { templateId: made.id, templateName: "깔끔", templateTags: ["clean"], outputFormat: "mp4", width: 90, height: 160, frameRate: 10, duration: 1, metadata: "12" },
  );
  assert.equal(render.modifications.menu, "새우 파스타");
  const file = await (await fetch(render.url)).arrayBuffer();
  assert.equal(file.byteLength, render.fileSize);
  await writeFile(`${dir}/film.mp4`, Buffer.from(file));
}

// A document without a template becomes a picture.
async function still() {
  const [render] = await client.render({ source: source({ outputFormat: "jpg", frameRate: undefined, duration: undefined }, dish(photo)) });
  assert.deepEqual([render.status, render.outputFormat, render.templateId], ["succeeded", "jpg", null]);
  await writeFile(`${dir}/still.jpg`, Buffer.from(await (await fetch(render.url)).arrayBuffer()));
}

// startRender leaves the names as they came over the wire; its file isn't there before the end.
async function start(made) {
  const [render] = await client.startRender({ templateId: made.id, modifications: { nobody: "x" } });
  assert.deepEqual([render.template_name, render.output_format, render.status], ["깔끔", "mp4", "planned"]);
  assert(render.url.endsWith(`${render.id}.mp4`));
}

async function failure() {
  const [render] = await client.render({ source: source({}, dish(`${base}/media/nothing.jpg`)) });
  assert.equal(render.status, "failed");
  assert(render.errorMessage.includes("404"), render.errorMessage);
}

async function refusals() {
  assert((await refusal(connect(base, "wrong").fetchRender("x"))) instanceof Creatomate.InvalidApiKeyError);
  const bad = await refusal(client.startRender({}));
  assert(bad instanceof Creatomate.BadRequestError && bad.message.includes("template_id"));
  const nested = await refusal(client.startRender({ source: source({}), modifications: { a: { b: 1 } } }));
  assert(nested instanceof Creatomate.BadRequestError);
  const dear = await refusal(client.startRender({ source: source({ width: 3840, height: 2160, frameRate: 60, duration: 100 }) }));
  assert(dear instanceof Creatomate.InsufficientCreditsError);
  const unknown = await refusal(client.fetchRender("11111111-1111-4111-8111-111111111111"));
  assert(unknown instanceof Creatomate.CreatomateError && unknown.message.includes("not exist"));
  assert((await refusal(connect("http://127.0.0.1:1").fetchRender("x"))) instanceof Creatomate.ConnectionError);
}

// More than 30 requests in 10 seconds are too many.
async function limit() {
  const errors = await Promise.all(Array.from({ length: 31 }, () => refusal(client.fetchRender("x"))));
  assert(errors.some((err) => err instanceof Creatomate.RateLimitExceededError));
}

const made = await template();
await Promise.all([film(made), still(), failure(), start(made), refusals()]);
assert((await refusal(client.startRender({ templateId: "11111111-1111-4111-8111-111111111111" }))) instanceof Creatomate.CreatomateError);
await limit();
