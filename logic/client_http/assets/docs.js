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

const operation = (api, path, call) => {
  const asked = call.requestBody.content['application/json'];
  const answered = call.responses['200'].content['application/json'];
  const section = element('section', '', element('h3', '', element('code', `POST ${path}`)),
    prose('p', `${call.summary}. ${call.description === `${call.summary}.` ? '' : call.description}`), fields(asked.schema));
  for (const [name, example] of Object.entries(asked.examples)) {
    section.append(element('p', example.summary),
      element('pre', `${JSON.stringify(example.value)}\n${JSON.stringify(answered.examples[name].value)}`));
  }
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
    for (const [path, { post }] of Object.entries(api.paths)) if (post.tags[0] === tag.name) page.append(operation(api, path, post));
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
