// What the page itself says, in the person's language.
const WORDS = {
  ru: {
    notTelegram: 'Демо-песочница, это не Telegram', badge: 'Песочница, не Telegram', whoAreYou: 'Кто вы', chats: 'Чаты',
    note: 'Здесь можно попробовать бота без Telegram: люди вымышленные, сообщения не покидают этот компьютер.',
    customer: 'покупатель', admin: 'администратор', operator: 'оператор', guest: 'гость', operatorsGroup: 'Операторы', start: 'НАЧАТЬ', menu: 'Меню', message: 'Сообщение',
    send: 'Отправить', attach: 'Отправить файл', bot: 'бот', typing: 'печатает…', uploading: 'отправляет файл…', edited: 'изменено', members: 'участников',
    today: 'Сегодня', yesterday: 'Вчера', openPeople: 'Люди и чаты', close: 'Закрыть', theme: 'Тёмная или светлая тема',
    down: 'К последним сообщениям', copied: 'Скопировано', empty: 'Ничего не нашлось', emptyChat: 'Сообщений пока нет',
    noCommands: 'Бот ещё не задал команды', photo: 'Фото', document: 'Файл', via: 'через', pinnedMessage: 'Закреплено',
    pinnedNote: 'закрепил сообщение', topicMade: 'создал тему', all: 'Все', searching: 'Ищу…', offline: 'Нет связи с песочницей, пробую снова…',
    forwarded: 'Переслано от', whatCan: 'Что умеет этот бот?', deepLink: 'Вы пришли по ссылке на товар',
    you: 'Вы', pressStart: 'Нажмите «Начать», бот подскажет, что попробовать.', failed: 'Не получилось', openPhoto: 'Открыть фото', you_are: 'Сменить человека, сейчас', welcomeGroup: 'Сюда приходят карточки тревог.',
  },
  en: {
    notTelegram: 'A demo sandbox, not Telegram', badge: 'Sandbox, not Telegram', whoAreYou: 'Who you are', chats: 'Chats',
    note: 'Try the bot here without Telegram: the people are made up, and no message leaves this computer.',
    customer: 'customer', admin: 'admin', operator: 'operator', guest: 'guest', operatorsGroup: 'Operators', start: 'START', menu: 'Menu', message: 'Message',
    send: 'Send', attach: 'Send a file', bot: 'bot', typing: 'is typing…', uploading: 'is sending a file…', edited: 'edited', members: 'members',
    today: 'Today', yesterday: 'Yesterday', openPeople: 'People and chats', close: 'Close', theme: 'Dark or light theme',
    down: 'To the latest messages', copied: 'Copied', empty: 'Nothing found', emptyChat: 'No messages yet',
    noCommands: 'The bot has set no commands yet', photo: 'Photo', document: 'File', via: 'via', pinnedMessage: 'Pinned',
    pinnedNote: 'pinned a message', topicMade: 'created the topic', all: 'All', searching: 'Searching…', offline: 'The sandbox is out of reach, trying again…',
    forwarded: 'Forwarded from', whatCan: 'What can this bot do?', deepLink: 'You followed a link to a product',
    you: 'You', pressStart: 'Press Start, the bot suggests what to try.', failed: 'That did not work', openPhoto: 'Open the photo', you_are: 'Change the person, now', welcomeGroup: 'Alert cards arrive here.',
  },
};

let language = 'ru';

export function speak(code) {
  language = WORDS[code] ? code : 'en';
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = say(node.dataset.word);
}

export const say = (word) => WORDS[language][word] ?? word;

const locale = () => (language === 'ru' ? 'ru-RU' : 'en-GB');

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return say('today');
  if (days === 1) return say('yesterday');
  return date.toLocaleDateString(locale(), { day: 'numeric', month: 'long' });
}
