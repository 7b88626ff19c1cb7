// The peers' bot by grammY. What it must do stands in tests/ops/sandbox/test_peers.py.
const { Bot, InlineKeyboard, InputFile, GrammyError } = require('grammy');

const [url, token] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot: url } });
const keyboard = new InlineKeyboard().text('Next', 'next');

async function describe(call) {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return error instanceof GrammyError ? `${error.error_code} ${error.description}` : String(error);
  }
}

bot.command('start', (ctx) => ctx.reply(`<b>Hello</b> ${ctx.from.first_name} ${ctx.from.language_code} ${ctx.match}`, { parse_mode: 'HTML', reply_markup: keyboard }));

bot.command('file', async (ctx) => {
  const sent = await ctx.replyWithDocument(new InputFile(Buffer.from('12345'), 'report.txt'), { caption: 'a report' });
  const file = await ctx.api.getFile(sent.document.file_id);
  const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
  await ctx.reply(`downloaded ${(await answer.arrayBuffer()).byteLength} of ${file.file_size} bytes`);
});

bot.command('photo', async (ctx) => {
  const picture = Buffer.from(process.env.PICTURE, 'base64');
  const album = await ctx.replyWithMediaGroup([
    { type: 'photo', media: new InputFile(picture, 'a.png'), caption: 'one' },
    { type: 'photo', media: new InputFile(picture, 'b.png') },
  ]);
  await ctx.replyWithPhoto(album[0].photo.at(-1).file_id, { caption: 'photo again' });
});

bot.command('errors', async (ctx) => {
  const sent = await ctx.reply('same');
  await ctx.reply(await describe(ctx.api.editMessageText(ctx.chat.id, sent.message_id, 'same')));
  await ctx.reply(await describe(ctx.api.sendMessage(4242, 'x')));
  await ctx.reply(await describe(ctx.reply('<b>x', { parse_mode: 'HTML' })));
});

bot.on('edited_message:text', (ctx) => ctx.reply(`now ${ctx.editedMessage.text}`, { reply_parameters: { message_id: ctx.editedMessage.message_id } }));
bot.callbackQuery('next', async (ctx) => {
  await ctx.editMessageText('page 2', { reply_markup: keyboard });
  await ctx.answerCallbackQuery({ text: 'turned', show_alert: true });
});
bot.on('inline_query', (ctx) => ctx.answerInlineQuery([{ type: 'article', id: '1', title: `about ${ctx.inlineQuery.query}`, input_message_content: { message_text: `chose ${ctx.inlineQuery.query}` } }], { cache_time: 0 }));
bot.catch((error) => { console.error(error); });

(async () => {
  await bot.api.setMyCommands([{ command: 'start', description: 'Begin' }]);
  await bot.start({ allowed_updates: ['message', 'edited_message', 'callback_query', 'inline_query'] });
})();
process.on('SIGTERM', () => process.exit(0));
