// A program of Runway's own library, which knows nothing of us: what it takes and understands is shaped
// like the real thing, not like our own adapter. node certify.mjs BASE KEY < photo > clip.mp4
import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import RunwayML, { TaskFailedError } from "@runwayml/sdk";

const [baseURL, apiKey] = process.argv.slice(2);
const photo = await buffer(process.stdin);
const client = new RunwayML({ apiKey, baseURL });
const impatient = client.withOptions({ maxRetries: 0 });
const wish = { model: "gen4_turbo", promptText: "steam rises", ratio: "720:1280", duration: 2 };
wish.promptImage = `data:image/jpeg;base64,${photo.toString("base64")}`;
const create = (more, from = client) => from.imageToVideo.create({ ...wish, ...more });

// refusal is the error of a call that must fail.
async function refusal(call) {
  try {
    await call;
  } catch (err) {
    return err;
  }
  assert.fail("nothing was refused");
}

// plant makes the next request to a route go wrong.
async function plant(fault) {
  const res = await fetch(`${baseURL}/sandbox/faults`, { method: "POST", body: JSON.stringify(fault) });
  assert.equal(res.status, 201, await res.text());
}

async function asked(route) {
  const all = await (await fetch(`${baseURL}/sandbox/requests`)).json();
  return all.filter((r) => r.route === route).map((r) => r.status);
}

// Keys, versions, fields: each is refused with a class of its own.
async function refusals() {
  const org = await client.organization.retrieve();
  assert(org.creditBalance > 0 && org.tier.maxMonthlyCreditSpend > 0);
  assert.equal(org.tier.models.gen4_turbo.maxConcurrentGenerations, 1);
  assert.equal(org.usage.models.gen4_turbo.dailyGenerations, 0);
  const key = await refusal(new RunwayML({ apiKey: "wrong", baseURL }).organization.retrieve());
  assert(key instanceof RunwayML.AuthenticationError && key.error.error);
  const version = await refusal(new RunwayML({ apiKey, baseURL, runwayVersion: "2020-01-01" }).organization.retrieve());
  assert(version instanceof RunwayML.BadRequestError && version.error.error);
  const field = await refusal(create({ ratio: "9:16", duration: 1 }));
  assert(field instanceof RunwayML.BadRequestError);
  assert.deepEqual(field.error.issues.map((i) => [i.code, i.path]), [["invalid_value", ["ratio"]], ["too_small", ["duration"]]]);
  assert(field.error.docUrl && field.message.startsWith("400 {"));
  const empty = await refusal(create({ model: "gen4.5", duration: 10 }));
  assert.equal(empty.status, 400);
  assert.equal(empty.error.error, "You do not have enough credits to run this task.");
  assert((await refusal(client.tasks.retrieve("11111111-1111-4111-8111-111111111111"))) instanceof RunwayML.NotFoundError);
}

// What the library does over by itself, and what that costs.
async function retries() {
  await plant({ on: "GET /v1/organization", status: 429 });
  assert((await refusal(impatient.organization.retrieve())) instanceof RunwayML.RateLimitError);
  const before = (await asked("GET /v1/organization")).length;
  await plant({ on: "GET /v1/organization", status: 429, header: { "Retry-After": "1" } });
  const start = performance.now();
  await client.organization.retrieve();
  assert.deepEqual((await asked("GET /v1/organization")).slice(before), [429, 200]);
  assert(performance.now() - start > 950, "Retry-After was not kept");
  await plant({ on: "GET /v1/organization", status: 502, header: { "x-should-retry": "false" } });
  assert((await refusal(client.organization.retrieve())) instanceof RunwayML.InternalServerError);
  await plant({ on: "POST /v1/image_to_video", cut: "after" });
  await create({ promptText: "short" });
  const paid = await (await fetch(`${baseURL}/sandbox/tasks`)).json();
  assert.equal(paid.length, 2, "a start whose answer is lost is paid again");
  for (const { id } of paid) await client.tasks.retrieve(id).waitForTaskOutput();
}

// One clip at a time: the second is throttled, and starts when the first is done.
async function queue() {
  await create({ promptText: "until the second is seen" });
  const second = await create();
  assert.match(second.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(second.estimatedCost.credits, 10);
  const held = await client.tasks.retrieve(second.id);
  assert.deepEqual(Object.keys(held).sort(), ["createdAt", "estimatedCost", "id", "status"]);
  assert.equal(held.status, "THROTTLED");
  return second;
}

async function failures() {
  await plant({ on: "POST /v1/image_to_video", fail: "SAFETY.INPUT.IMAGE" });
  const refused = await create({});
  await plant({ on: "POST /v1/image_to_video", fail: "CANCELLED" });
  const cancelled = await create({});
  const why = async (task) => refusal(client.tasks.retrieve(task.id).waitForTaskOutput());
  const [failed, gone] = await Promise.all([why(refused), why(cancelled)]);
  assert(failed instanceof TaskFailedError && gone instanceof TaskFailedError);
  assert.equal(failed.taskDetails.failureCode, "SAFETY.INPUT.IMAGE");
  assert.equal(failed.message, failed.taskDetails.failure);
  assert.deepEqual([failed.taskDetails.cost.credits, gone.taskDetails.cost.credits], [10, 0]);
  assert.equal(gone.message, "Task cancelled");
}

await refusals();
await retries();
const task = await queue();
const done = await client.tasks.retrieve(task.id).waitForTaskOutput();
assert.equal(done.cost.credits, 10);
const again = await client.tasks.retrieve(task.id);
assert.notEqual(again.output[0], done.output[0]);
await failures();
const clip = await fetch(done.output[0]);
assert.equal(clip.headers.get("content-type"), "video/mp4");
process.stdout.write(Buffer.from(await clip.arrayBuffer()));
