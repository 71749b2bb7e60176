// Stands for the seed's chat page: written from what is documented of it (docs/webim.md), not from its source. What it receives goes
// into the page as HTML, as there; what it cannot draw throws, as there. Without WebSocket it polls.
'use strict';
const byId = (id) => document.getElementById(id);
const state = { fd: null, name: '', closed: false, transport: '' };
window.state = state;

/** The server's messages, through a WebSocket. */
function overSocket() {
  const ws = new WebSocket(webim.server);
  ws.onopen = () => opened('websocket');
  ws.onmessage = (message) => hear(JSON.parse(message.data));
  ws.onclose = () => (state.closed = true);
  return { send: (message) => ws.send(JSON.stringify(message)), close: () => ws.close() };
}

/** The same through long-poll: one message an answer, and at once again. */
function overPoll() {
  const base = webim.server.replace('ws://', 'http://').replace(/\/$/, '');
  let session = '';
  const ask = async (path, form) => {
    const answer = await fetch(base + path, { method: 'POST', body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const listen = async () => {
    while (!state.closed) {
      const answer = await ask('/sub', { type: 'sub', session_id: session, time: '80' });
      if (answer.success == 1) hear(JSON.parse(answer.data));
    }
  };
  ask('/connect', { type: 'connect' })
    .then((answer) => {
      session = answer.session_id;
      opened('poll');
      return listen();
    })
    .catch(() => (state.closed = true));
  let last = Promise.resolve();
  const send = (message) => (last = last.then(() => ask('/pub', { type: 'pub', session_id: session, message: JSON.stringify(message) })));
  return { send, close: () => (state.closed = true) };
}

let line;
function opened(transport) {
  state.transport = transport;
  line.send({ cmd: 'login', name: state.name, avatar: '/a.png' });
  line.send({ cmd: 'getOnline' });
  line.send({ cmd: 'getHistory' });
}

byId('login').onsubmit = (event) => {
  event.preventDefault();
  state.name = byId('name').value;
  line = window.WebSocket ? overSocket() : overPoll();
};
window.leave = () => line.close();

const people = new Map();
function drawPeople() {
  byId('people').innerHTML = [...people].map(([fd, name]) => `<li data-fd="${fd}">${name}</li>`).join('');
}

/** Any other type throws, and so does a text without data: the page's own ways. */
function html(message) {
  switch (message.type ?? 'text') {
    case 'text':
      return message.data.replace(/#(\d+)#/g, '<i class="face">$1</i>');
    case 'image':
      return `<img src="${message.url}">`;
    default:
      throw new Error(`type ${message.type}`);
  }
}
function draw(kind, who, message) {
  byId('lines').insertAdjacentHTML('beforeend', `<p class="${kind}" data-from="${message.from}"><b>${who}</b> <span>${html(message)}</span></p>`);
}

const hears = {
  login: (said) => ((state.fd = said.fd), people.set(String(said.fd), said.name)),
  newUser: (said) => people.set(String(said.fd), said.name),
  offline: (said) => (people.delete(String(said.fd)), draw('system', '', said)),
  getOnline: (said) => said.list.forEach((one) => people.set(String(one.fd), one.name)),
  getHistory: (said) => said.history.forEach((one) => draw('history', one.user.name, { ...one.msg, type: one.type })),
  fromMsg: (said) => {
    if (said.data === 'gg' && said.channal == 1) return location.reload();
    draw(said.from === 0 ? 'system' : said.channal == 1 ? 'private' : 'lobby', people.get(String(said.from)) ?? '', said);
  },
  error: (said) => draw('error', '', { from: 0, data: `${said.code}` }),
};
function hear(said) {
  hears[said.cmd](said);
  drawPeople();
}

/** As a data URL, then a message with the address that the server gave. */
async function upload(file) {
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  const answer = await fetch('upload.php', { method: 'POST', body: new URLSearchParams({ img: url }) });
  return (await answer.json()).img;
}

byId('say').onsubmit = async (event) => {
  event.preventDefault();
  const [to, file] = [byId('to').value, byId('picture').files[0]];
  const message = { cmd: 'message', from: state.fd, channal: to ? 1 : 0, data: byId('text').value.replace(' ', '&nbsp;'), type: 'text' };
  if (to) message.to = to;
  if (file) Object.assign(message, { type: 'image', data: '', url: await upload(file) });
  line.send(message);
  draw(to ? 'private mine' : 'lobby mine', state.name, message);
  byId('say').reset();
};
