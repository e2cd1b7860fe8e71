// An app of Slack's own Bolt, which knows nothing of us: what it takes and understands is shaped like the
// real thing, not like our own adapter. It runs until it is told 끝, and says on its output where it
// listens. node certify.mjs API BOT_TOKEN SIGNING_SECRET [APP_TOKEN for Socket Mode]
import assert from "node:assert/strict";
import bolt from "@slack/bolt";
import { WebClient } from "@slack/web-api";

const { App, HTTPReceiver, LogLevel } = bolt;
const [api, token, signingSecret, appToken] = process.argv.slice(2);
const clientOptions = { slackApiUrl: api, retryConfig: { retries: 0 } };
const common = { token, clientOptions, logLevel: LogLevel.ERROR };
const receiver = new HTTPReceiver({ signingSecret, endpoints: "/slack", logLevel: LogLevel.ERROR });
const app = new App(appToken ? { ...common, appToken, socketMode: true } : { ...common, receiver });
const film = Buffer.alloc(300_000, 7);

// refusal is the error of a call that must fail.
async function refusal(call) {
  try {
    await call;
  } catch (err) {
    return err;
  }
  assert.fail("nothing was refused");
}

function button(text, value) {
  return { type: "button", action_id: value, value, text: { type: "plain_text", text } };
}

// The whole way of an order: the picture is fetched, a line is written and changed, a video comes back.
async function make(message, client) {
  const [file] = message.files;
  const got = await fetch(file.url_private_download, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await got.arrayBuffer()).byteLength, file.size);
  const at = { channel: message.channel, thread_ts: message.ts };
  await client.reactions.add({ channel: message.channel, timestamp: message.ts, name: "eyes" });
  const again = await refusal(client.reactions.add({ channel: message.channel, timestamp: message.ts, name: "eyes" }));
  assert.equal(again.data.error, "already_reacted");
  const line = await client.chat.postMessage({ ...at, text: "접수했어요", blocks: [{ type: "actions", elements: [button("취소", "cancel")] }] });
  assert.equal(line.message.bot_id, (await client.auth.test()).bot_id);
  await client.chat.update({ channel: message.channel, ts: line.ts, text: "만드는 중이에요" });
  const sent = await client.filesUploadV2({ channel_id: message.channel, thread_ts: message.ts, file: film, filename: "short.mp4", title: "새우 파스타", initial_comment: "다 됐어요" });
  const id = sent.files[0].files[0].id;
  assert.equal((await client.files.info({ file: id })).file.size, film.length);
}

// Limits, as the library reads them.
async function limits(client, channel) {
  const missing = await refusal(client.users.info({ user: "U0" }));
  assert.deepEqual([missing.data.error, missing.data.needed], ["missing_scope", "users:read"]);
  const long = await refusal(client.chat.postMessage({ channel, text: "x", blocks: [{ type: "actions", elements: [button("가".repeat(76), "v")] }] }));
  assert.equal(long.data.error, "invalid_blocks");
  const impatient = new WebClient(token, { ...clientOptions, rejectRateLimitedCalls: true });
  const limited = await refusal(impatient.chat.postEphemeral({ channel, user: "U0", text: "x" }));
  assert.equal(limited.retryAfter, 7);
}

// What goes wrong ends the app, and so the test.
function doing(work) {
  return async (args) => {
    try {
      await work(args);
    } catch (err) {
      console.error(err);
      process.exit(1);
    }
  };
}

const changes = [];
app.message(
  doing(async ({ message, client }) => {
    if (message.subtype === "message_changed") changes.push(message.message.text);
    if (message.subtype === "file_share") await make(message, client);
    if (message.text === "한계") await limits(client, message.channel);
    if (message.text === "끝") {
      assert(changes.includes("크림 파스타"), `changes: ${changes}`);
      setTimeout(() => process.exit(0), 50);
    }
    if (message.text === "한계") await client.chat.postMessage({ channel: message.channel, text: "한계를 알아요" });
  }),
);
app.event("app_mention", doing(async ({ event, say }) => void (await say({ text: "네?", thread_ts: event.ts }))));
app.action(
  "cancel",
  doing(async ({ ack, action, body, respond }) => {
    await ack();
    assert.equal(body.container.message_ts, body.message.ts);
    await respond({ replace_original: true, text: `${action.value}했어요` });
  }),
);
app.command("/sajangpick", doing(async ({ ack, command }) => void (await ack({ response_type: "ephemeral", text: `${command.text}!` }))));
app.shortcut(
  "make_short",
  doing(async ({ ack, shortcut }) => {
    await ack();
    assert.equal(shortcut.message.files.length, 1);
  }),
);
app.error(async (err) => {
  console.error(err);
  process.exit(1);
});

const server = await app.start(0);
console.log(appToken ? "listening" : `listening ${server.address().port}`);
