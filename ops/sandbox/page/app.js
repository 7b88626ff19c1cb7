// The chat page: who one is, which chat is open, and what happens in it.
import { Stream, call } from './api.js';
import { Composer } from './composer.js';
import { alertBox, hideToast, toast } from './dialogs.js';
import { avatar, fullName, icon, make } from './dom.js';
import { Log } from './log.js';
import { noteOf, summary } from './message.js';
import { clock, say, speak } from './words.js';

const byId = (id) => document.getElementById(id);
const address = new URLSearchParams(location.search);
const state = { me: null, chat: 0, messages: new Map(), chats: [], commands: [], unread: new Map(), topic: 0, startPayload: address.get('start') ?? '', typing: 0 };
let world;
let stream;
const waiting = [];

const actions = {
  command: (text) => send(text),
  jump: (id) => log.jump(id),
  inline: (query) => composer.write(`@${world.bot.username} ${query}`),
  press,
  deepLink,
};
const log = new Log(actions);
const composer = new Composer({
  send,
  sendFile,
  commands: () => state.commands,
  botName: () => world.bot.username,
  inline: (query) => call(`/user/${state.me.id}/inline`, { query }),
  begin: (payload) => deepLink(`https://t.me/${world.bot.username}?start=${payload}`)?.(),
  choose: (result, query) => tell('choose', { chat_id: state.chat, result_id: result.id, query }),
});

async function begin() {
  byId('theme').append(icon('moon'));
  byId('side-open').append(icon('menu'));
  byId('side-close').append(icon('close'));
  byId('down').append(icon('down'));
  byId('theme').addEventListener('click', switchTheme);
  byId('side-open').addEventListener('click', () => openSide(true));
  byId('me').addEventListener('click', () => openSide(true));
  byId('side-close').addEventListener('click', () => openSide(false));
  byId('shade').addEventListener('click', () => openSide(false));
  byId('start').addEventListener('click', pressStart);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') openSide(false); });
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
  world = await call('/people');
  const wanted = Number(address.get('user') ?? localStorage.getItem('user') ?? 1001);
  const found = world.people.find((person) => person.user.id === wanted);
  await become(found ? found.user : wanted > 0 ? { id: wanted, first_name: `Guest ${wanted}`, language_code: wanted % 2 ? 'ru' : 'en' } : world.people[0].user);
}

async function become(user) {
  const chat = Number(address.get('chat')) || user.id;
  address.delete('chat');
  state.me = user;
  state.unread.clear();
  state.messages = new Map();
  speak(user.language_code);
  composer.label();
  labelButtons();
  localStorage.setItem('user', user.id);
  stream?.close();
  const role = world.people.find((person) => person.user.id === user.id)?.role ?? 'customer';
  const chats = (await call(`/user/${user.id}/chats`)).chats.map((entry) => entry.chat);
  state.chats = chats.filter((one) => one.id > 0 || role !== 'customer' || one.id === chat);
  state.chat = state.chats.some((one) => one.id === chat) ? chat : user.id;
  stream = new Stream(user.id, { ready, message: arrived, deleted, action: acted, commands: loadCommands, offline: () => status(say('offline')) });
  drawPeople();
  remember();
}

function ready(messages) {
  state.messages = new Map(state.chats.map((chat) => [chat.id, new Map()]));
  for (const message of messages) state.messages.get(message.chat.id)?.set(message.message_id, message);
  openChat(state.chat);
}

function openChat(chat) {
  state.chat = chat;
  state.topic = 0;
  state.unread.delete(chat);
  remember();
  drawHead();
  drawChats();
  loadCommands();
  log.open(shown(), state.me.id, chat < 0, welcome());
  drawFoot();
}

const shown = () => [...(state.messages.get(state.chat)?.values() ?? [])].filter((message) => !state.topic || message.message_thread_id === state.topic);

function arrived(message) {
  const messages = state.messages.get(message.chat.id);
  if (!messages) return;
  const isNew = !messages.has(message.message_id);
  messages.set(message.message_id, message);
  if (message.chat.id !== state.chat && isNew) state.unread.set(message.chat.id, (state.unread.get(message.chat.id) ?? 0) + 1);
  if (!waiting.length) requestAnimationFrame(paint);
  waiting.push({ message, isNew });
}

// Draws all that has arrived since the last frame, at once.
function paint() {
  const changes = waiting.splice(0).filter(({ message }) => message.chat.id === state.chat);
  if (changes.length) {
    if (changes.some(({ message }) => message.from.id === world.bot.id)) status();
    if (changes.some(({ isNew }) => isNew)) hideToast();
    const seen = changes.filter(({ message }) => !state.topic || message.message_thread_id === state.topic);
    if (log.list.querySelector('.welcome, .nothing')) log.open(shown(), state.me.id, state.chat < 0, null);
    else if (seen.length) log.changed(shown(), seen.filter(({ isNew }) => isNew).map(({ message }) => message));
    drawFoot();
    drawPinned();
    drawTopics();
  }
  drawChats();
}

function deleted({ chat_id: chat, message_ids: ids }) {
  for (const id of ids) state.messages.get(chat)?.delete(id);
  if (chat === state.chat) log.redraw(shown());
  drawChats();
}

function acted({ chat_id: chat, action }) {
  if (chat === state.chat) status(`${world.bot.first_name} ${say(action.startsWith('upload') ? 'uploading' : 'typing')}`, 5000);
}

function status(text, milliseconds = 0) {
  clearTimeout(state.typing);
  byId('chat-status').textContent = text ?? (state.chat < 0 ? `${world.people.length + 1} ${say('members')}` : `${say('bot')} · @${world.bot.username}`);
  if (milliseconds) state.typing = setTimeout(() => status(), milliseconds);
}

async function loadCommands() {
  const chat = state.chat;
  const { commands } = await call(`/user/${state.me.id}/chats/${chat}/commands`);
  if (chat === state.chat) state.commands = commands;
}

async function tell(what, body) {
  try {
    return await call(`/user/${state.me.id}/${what}`, body);
  } catch (error) {
    toast(error.message);
    return null;
  }
}

function send(text) {
  return tell('send', { chat_id: state.chat, text, ...(state.topic ? { message_thread_id: state.topic } : {}) });
}

async function sendFile(file, caption) {
  const form = new FormData();
  form.append('chat_id', state.chat);
  if (caption) form.append('caption', caption);
  form.append('document', file, file.name);
  return tell('document', form);
}

async function press(message, button, node) {
  node.setAttribute('aria-busy', 'true');
  const answer = await tell('press', { chat_id: message.chat.id, message_id: message.message_id, button: button.callback_data });
  node.removeAttribute('aria-busy');
  if (answer?.text) (answer.show_alert ? alertBox : toast)(answer.text);
  if (answer?.url) deepLink(answer.url)?.();
}

// A link to the bot itself opens here: https://t.me/<bot>?start=<payload>.
function deepLink(url) {
  let parsed;
  try { parsed = new URL(url); } catch { return null; }
  if (!['t.me', 'telegram.me'].includes(parsed.hostname) || parsed.pathname.slice(1).toLowerCase() !== world.bot.username.toLowerCase()) return null;
  const payload = parsed.searchParams.get('start');
  return () => {
    openChat(state.me.id);
    if (payload !== null) send(`/start ${payload}`.trim());
  };
}

function pressStart() {
  const payload = state.startPayload;
  state.startPayload = '';
  remember();
  send(`/start ${payload}`.trim());
  composer.field.focus();
}

function drawFoot() {
  const messages = shown();
  const start = state.chat > 0 && (!messages.length || Boolean(state.startPayload));
  byId('start').hidden = !start;
  byId('start').textContent = say('start');
  byId('composer').hidden = start;
  const last = messages.findLast((message) => message.reply_keyboard);
  const rows = last?.reply_keyboard.keyboard ?? [];
  byId('reply-keyboard').hidden = start || !rows.length;
  byId('reply-keyboard').replaceChildren(...rows.map((row) => make('div', {}, ...row.map((button) => {
    const text = button.text ?? button;
    return make('button', { type: 'button', onclick: () => send(text) }, text);
  }))));
}

function welcome() {
  if (state.chat < 0) return make('div', { class: 'note nothing' }, `${say('emptyChat')}. ${say('welcomeGroup')}`);
  const description = world.descriptions[state.me.language_code] ?? world.descriptions[''] ?? '';
  return make('div', { class: 'welcome' }, make('img', { src: '/page/icon.svg', alt: '' }), make('h2', {}, botName()), description ? make('p', {}, make('b', {}, say('whatCan'))) : null, description ? make('p', {}, description) : null, make('p', {}, say(state.startPayload ? 'deepLink' : 'pressStart')));
}

const botName = () => world.names[state.me.language_code] ?? world.names[''] ?? world.bot.first_name;

function drawHead() {
  const group = state.chat < 0;
  const chat = state.chats.find((one) => one.id === state.chat);
  byId('chat-name').textContent = group ? groupName(chat) : botName();
  byId('chat-avatar').replaceWith(Object.assign(avatar(group ? chat : world.bot), { id: 'chat-avatar' }));
  byId('me').replaceChildren(avatar(state.me, true));
  byId('me').setAttribute('aria-label', `${say('you_are')} ${fullName(state.me)}`);
  byId('me').title = `${fullName(state.me)} · ${state.me.id}`;
  document.title = `${group ? groupName(chat) : botName()} · ${say('badge')}`;
  status();
  drawPinned();
  drawTopics();
}

function drawPinned() {
  const pinned = [...(state.messages.get(state.chat)?.values() ?? [])].findLast((message) => message.pinned);
  byId('pinned').hidden = !pinned;
  if (!pinned) return;
  byId('pinned').replaceChildren(make('b', {}, say('pinnedMessage')), make('span', {}, summary(pinned)));
  byId('pinned').onclick = () => log.jump(pinned.message_id);
}

function drawTopics() {
  const topics = [...(state.messages.get(state.chat)?.values() ?? [])].filter((message) => message.forum_topic_created);
  byId('topics').hidden = !topics.length;
  const choose = (topic) => { state.topic = topic; drawTopics(); log.open(shown(), state.me.id, true, null); };
  const entries = [[0, say('all')], ...topics.map((message) => [message.message_thread_id, message.forum_topic_created.name])];
  byId('topics').replaceChildren(...entries.map(([id, name]) => make('button', { type: 'button', 'aria-pressed': String(state.topic === id), onclick: () => choose(id) }, name)));
}

function drawPeople() {
  const known = world.people.some(({ user }) => user.id === state.me.id);
  // Whoever came by an address of their own is somebody too.
  const people = known ? world.people : [...world.people, { user: state.me, role: 'guest' }];
  byId('people').replaceChildren(...people.map(({ user, role }) => row(user, fullName(user), `${say(role)} · ${user.id} · ${user.language_code}`, { role: 'radio', 'aria-checked': String(user.id === state.me.id), onclick: () => { openSide(false); become(user); } })));
}

function drawChats() {
  byId('chats').replaceChildren(...state.chats.map((chat) => {
    const last = [...(state.messages.get(chat.id)?.values() ?? [])].at(-1);
    const text = last ? `${chat.id < 0 && !noteOf(last) ? `${last.from.first_name}: ` : last.from.id === state.me.id ? `${say('you')}: ` : ''}${summary(last) ?? ''}` : say('emptyChat');
    const node = row(chat.id < 0 ? chat : world.bot, chat.id < 0 ? groupName(chat) : botName(), text.split('\n')[0], { 'aria-current': String(chat.id === state.chat), onclick: () => { openSide(false); openChat(chat.id); } });
    if (last) node.querySelector('.row-top').append(make('span', { class: 'row-time' }, clock(last.date)));
    if (state.unread.get(chat.id)) node.append(make('span', { class: 'unread' }, String(state.unread.get(chat.id))));
    return node;
  }));
}

// The sandbox's own group is called in the person's language; others as they were named.
const groupName = (chat) => (chat.title === 'Operators' ? say('operatorsGroup') : chat.title);

function row(who, name, below, options) {
  return make('button', { class: 'row', type: 'button', ...options }, avatar(who), make('span', { class: 'row-main' }, make('span', { class: 'row-top' }, make('span', { class: 'row-name' }, name)), make('div', { class: 'row-sub' }, below)));
}

function openSide(open) {
  byId('side').classList.toggle('open', open);
  byId('shade').hidden = !open;
  if (open) byId('people').querySelector('[aria-checked="true"]')?.focus();
}

function labelButtons() {
  for (const [id, word] of [['theme', 'theme'], ['side-open', 'openPeople'], ['side-close', 'close'], ['down', 'down']]) {
    byId(id).setAttribute('aria-label', say(word));
    byId(id).title = say(word);
  }
  byId('people').setAttribute('aria-label', say('whoAreYou'));
}

function switchTheme() {
  const now = document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = now === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', document.documentElement.dataset.theme);
}

function remember() {
  const parameters = new URLSearchParams({ user: state.me.id });
  if (state.chat !== state.me.id) parameters.set('chat', state.chat);
  if (state.startPayload) parameters.set('start', state.startPayload);
  history.replaceState(null, '', `?${parameters}`);
}

begin().catch((error) => { byId('chat-status').textContent = `${say('failed')}: ${error.message}`; });
