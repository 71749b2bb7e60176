// Draws openapi.json of the client API: commands by tag, their fields, examples and answers. Text nodes only.
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

const kind = (schema) => {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.enum) return schema.enum.join(' | ');
  return schema.type === 'array' ? `list of ${kind(schema.items)}` : schema.type ?? '';
};

const fields = (schema) => element('table', '', ...Object.entries(schema.properties ?? {}).map(([name, one]) =>
  element('tr', '', element('td', '', element('code', name)),
    element('td', kind(one) + ((schema.required ?? []).includes(name) ? '' : ', optional')),
    prose('td', one.description ?? ''))));

// The responses of a call that show an example of this name.
const answersOf = (call, name) => Object.entries(call.responses)
  .map(([status, one]) => [status, one, Object.values(one.content ?? {}).find((content) => content.examples[name])])
  .filter(([, one, content]) => content || (one['x-answers'] ?? []).includes(name));

const shown = (value) => typeof value === 'string' ? value : JSON.stringify(value);

const exchange = (call, asked, name, summary) => {
  const head = (call.parameters ?? []).filter((one) => one.in === 'header' && one.examples[name])
    .map((one) => `${one.name}: ${one.examples[name].value}`);
  const said = answersOf(call, name)
    .map(([status, , content]) => (status === '200' ? '' : `${status} `) + (content ? shown(content.examples[name].value) : ''));
  const sent = asked ? [shown(asked.examples[name].value)] : [];
  return [element('p', summary), element('pre', [...head, ...sent, ...said].join('\n'))];
};

const parameters = (call) => ({ properties: Object.fromEntries((call.parameters ?? [])
  .map((one) => [one.name, { ...one.schema, description: one.description }])),
required: (call.parameters ?? []).filter((one) => one.required).map((one) => one.name) });

const operation = (path, method, call) => {
  const [asked] = Object.values(call.requestBody?.content ?? {});
  const section = element('section', '', element('h3', '', element('code', `${method.toUpperCase()} ${path}`)),
    prose('p', `${call.summary}. ${call.description === `${call.summary}.` ? '' : call.description}`),
    fields(parameters(call)), fields(asked?.schema ?? {}));
  for (const [name, example] of Object.entries((asked ?? call.parameters[0]).examples))
    section.append(...exchange(call, asked, name, example.summary));
  return section;
};

const draw = (api) => {
  const page = document.getElementById('page');
  const source = element('a', 'openapi.json');
  source.href = 'openapi.json';
  page.replaceChildren(element('h1', api.info.title), prose('p', api.info.description),
    element('p', '', 'The same for programs: ', source, '.'));
  for (const tag of api.tags) {
    page.append(element('h2', tag.name), prose('p', tag.description));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, call] of Object.entries(methods)) if (call.tags[0] === tag.name) page.append(operation(path, method, call));
    }
  }
  page.append(element('h2', 'What an answer is made of'));
  for (const [name, schema] of Object.entries(api.components.schemas))
    page.append(element('h3', name), prose('p', schema.description ?? ''), fields(schema));
  page.append(element('h2', 'Failures'));
  for (const ref of Object.values(api.components.responses)) {
    const [example] = Object.values(resolve(api, ref).content['application/json'].examples);
    page.append(prose('p', ref.description), element('pre', JSON.stringify(example.value)));
  }
};

fetch('openapi.json').then((answer) => answer.json()).then(draw).catch((error) => {
  const text = element('p', `openapi.json cannot be read: ${error.message}`);
  text.className = 'error';
  document.getElementById('page').replaceChildren(text);
});
