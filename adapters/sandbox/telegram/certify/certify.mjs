// Drives a running stand-in of Telegram with grammY, which knows nothing of us: what it understands is
// shaped like the real thing, not like our own client. node certify.mjs URL TOKEN
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from "grammy";

const [root, token] = process.argv.slice(2);
const photo = readFileSync(0); // a JPEG of 600x800
const film = Buffer.alloc(300_000, 7);
const bot = new Bot(token, { client: { apiRoot: root } });

async function control(verb, path, body) {
  const resp = await fetch(`${root}/sandbox/telegram/${path}`, {
    method: verb,
    body: body instanceof FormData ? body : JSON.stringify(body),
  });
  const said = await resp.json();
  assert.equal(resp.status, 200, JSON.stringify(said));
  return said;
}

// refused is the error of a call that must fail.
async function refused(call) {
  try {
    await call;
  } catch (err) {
    assert(err instanceof GrammyError, String(err));
    return err;
  }
  assert.fail("nothing was refused");
}

const owner = await control("POST", "people", { name: "김사장", lang: "ko" });
const chat = `chats/${owner.id}`;

// Polling: a photo comes in; a line, its change, a video and a pressed button go out.
let asked;
bot.on("message:photo", async (ctx) => {
  assert.equal(ctx.message.caption, "새우 파스타 18,000원");
  assert.equal(ctx.from.language_code, "ko");
  const largest = ctx.message.photo.at(-1);
  assert.deepEqual([largest.width, largest.height], [600, 800]);
  const file = await ctx.getFile();
  const got = await fetch(`${root}/file/bot${token}/${file.file_path}`);
  assert.equal((await got.arrayBuffer()).byteLength, file.file_size);

  await ctx.replyWithChatAction("upload_video");
  const keyboard = new InlineKeyboard().text("다시 만들기", "again:1");
  const line = await ctx.reply("접수했어요 /help", { reply_markup: keyboard });
  assert.equal(line.entities[0].type, "bot_command");
  await ctx.api.editMessageText(ctx.chat.id, line.message_id, "만드는 중이에요", { reply_markup: keyboard });
  const same = ctx.api.editMessageText(ctx.chat.id, line.message_id, "만드는 중이에요", { reply_markup: keyboard });
  assert.match((await refused(same)).description, /message is not modified/);
  const sent = await ctx.replyWithVideo(new InputFile(film, "short.mp4"), {
    width: 1080, height: 1920, duration: 12, supports_streaming: true, caption: "다 됐어요",
    reply_parameters: { message_id: ctx.message.message_id },
  });
  assert.equal(sent.video.file_size, film.length);
  assert.equal(sent.reply_to_message.message_id, ctx.message.message_id);
  assert.equal((await ctx.replyWithVideo(sent.video.file_id)).video.height, 1920);
  asked(line.message_id);
});
bot.on("callback_query:data", (ctx) => ctx.answerCallbackQuery(`${ctx.callbackQuery.data}!`));
bot.catch((err) => {
  console.error(err.error);
  process.exit(1);
});

const form = new FormData();
form.set("text", "새우 파스타 18,000원");
form.set("file", new Blob([photo], { type: "image/jpeg" }), "dish.jpg");
await bot.api.setMyCommands([{ command: "help", description: "도움말" }], { language_code: "ko" });
assert.deepEqual(await bot.api.getMyCommands({ language_code: "ko" }), [{ command: "help", description: "도움말" }]);
await new Promise((ready) => bot.start({ onStart: ready }));
const line = new Promise((resolve) => (asked = resolve));
await control("POST", `${chat}/messages`, form);
const said = await control("POST", `${chat}/messages/${await line}/press`, { button: "다시 만들기" });
assert.equal(said.text, "again:1!");
await bot.stop();

// Limits, as the library reads them.
await control("POST", "faults", { on: "sendMessage", status: 429, retry_after: 3 });
const limited = await refused(bot.api.sendMessage(owner.id, "x"));
assert.equal(limited.parameters.retry_after, 3);
await control("POST", `${chat}/bot`, { status: "kicked" });
assert.equal((await refused(bot.api.sendMessage(owner.id, "x"))).error_code, 403);
await control("POST", `${chat}/bot`, { status: "member" });

// Webhook: grammY checks the secret by itself.
const hooked = new Bot(token, { client: { apiRoot: root } });
const heard = new Promise((resolve) => hooked.on("message:text", (ctx) => resolve(ctx.message.text)));
const server = createServer(webhookCallback(hooked, "http", { secretToken: "s3cret" }));
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${server.address().port}/`;
assert.equal((await fetch(url, { method: "POST", body: "{}" })).status, 401);
await bot.api.setWebhook(url, { secret_token: "s3cret" });
await control("POST", `${chat}/messages`, { text: "안녕하세요" });
assert.equal(await heard, "안녕하세요");
const polled = await refused(bot.api.getUpdates());
assert.equal(polled.error_code, 409);
await bot.api.deleteWebhook();
assert.equal((await bot.api.getWebhookInfo()).url, "");
server.closeAllConnections();
server.close();
console.log("certified");
