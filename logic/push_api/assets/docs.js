// Draws openapi.json: what can be called, with what, and what comes back. Text nodes only.
'use strict';

const element = (name, text, ...children) => {
  const node = document.createElement(name);
  if (text) node.textContent = text;
  node.append(...children);
  return node;
};

// Text with `code` in it.
const prose = (name, text) => {
  const node = element(name);
  text.split('`').forEach((part, i) => node.append(i % 2 ? element('code', part) : part));
  return node;
};

const resolve = (api, part) =>
  part && part.$ref ? part.$ref.slice(2).split('/').reduce((at, name) => at[name], api) : part;

const table = (heads, rows) => {
  const row = (kind, cells) => {
    const line = element('tr');
    for (const cell of cells) line.append(cell instanceof Node ? element('td', '', cell) : element(kind, cell));
    return line;
  };
  return element('table', '', row('th', heads), ...rows.map((cells) => row('td', cells)));
};

const curlGet = (path) => `curl ${location.origin}${path} -H 'Authorization: Bearer imk_...'`;

const curl = (path, example) =>
  `curl -X POST ${location.origin}${path} \\\n` +
  `  -H 'Authorization: Bearer imk_...' -H 'Content-Type: application/json' \\\n` +
  `  -d '${JSON.stringify(example)}'`;

const operation = (api, path, method, call) => {
  const verb = element('span', method.toUpperCase());
  verb.className = 'method';
  const section = element('section', '', element('h2', '', verb, element('code', path)), prose('p', call.summary + '. ' + call.description));
  const examples = call.requestBody ? Object.values(call.requestBody.content['application/json'].examples) : [];
  for (const example of examples) section.append(element('h3', example.summary), element('pre', curl(path, example.value)));
  if (!call.requestBody) section.append(element('pre', curlGet(path)));
  section.append(element('h3', 'Headers'), table(['name', 'meaning'],
    call.parameters.map((ref) => resolve(api, ref)).map((header) => [element('code', header.name), prose('span', header.description)])));
  section.append(element('h3', 'Answers'), table(['status', 'meaning', 'codes'],
    Object.entries(call.responses).map(([status, ref]) => {
      const answer = resolve(api, ref);
      const problem = answer.content['application/problem+json'];
      const codes = problem ? Object.values(problem.examples).map((example) => example.value.code).join(', ') : '';
      return [status, prose('span', answer.description), element('code', codes)];
    })));
  return section;
};

const draw = (api) => {
  const page = document.getElementById('page');
  page.replaceChildren(element('h1', api.info.title), prose('p', api.info.description));
  const source = element('a', 'openapi.json');
  source.href = 'openapi.json';
  page.append(element('p', '', 'Keys are made with ', element('code', 'imctl key add'), '. The same for programs: ', source, '.'));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, call] of Object.entries(methods)) page.append(operation(api, path, method, call));
  }
};

fetch('openapi.json').then((answer) => answer.json()).then(draw).catch((error) => {
  const text = element('p', 'openapi.json cannot be read: ' + error.message);
  text.className = 'error';
  document.getElementById('page').replaceChildren(text);
});
