// How many answered messages a second @floip/flow-runner takes, through a flow of 13 questions.
//
// Prints one line of JSON. `memory`: one runner a conversation, the context kept as an object. `saved`: the
// context, which its README calls all one needs and fit for JSON, written and read at every message, with a
// new runner each time. `lean`: the same, without the flow in what is written; its README does not do so,
// but a careful server would. Everything else is as its README has it. Its questions are given in the
// quickest way it has: plain texts in one language, no tests on exits, answers as the codes it wants.

import assert from 'node:assert/strict'
import floip from '@floip/flow-runner'

const { createContextDataObjectFor, DeliveryStatus, FlowRunner } = floip

console.info = () => {} // it logs a line at every question it stops at, which would cost it time

const WARM_UP = 500 // ms, for each way
const MEASURED = 1000 // ms, for each way
const STEPS = 13

const choices = (...codes) => Object.fromEntries(codes.map(code => [code, `Antwoord ${code}`]))
const many = choices('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')
const story = 'Het begon met een gesprek aan de keukentafel. '.repeat(8).trim()

const [one, several, open, numeric] = ['SelectOneResponse', 'SelectManyResponse', 'OpenResponse', 'NumericResponse']
  .map(type => `MobilePrimitives.${type}`)
const upTo100 = { validation_minimum: 0, validation_maximum: 100, ivr: { max_digits: 3 } }

// Each question with the answer that is given to it; a corner's share stands for a triad, which it has not.
const script = [
  [one, 'Doe je mee?', { choices: choices('yes', 'more', 'no') }, 'yes'],
  [one, 'Waar gaat je verhaal over?', { choices: choices('a', 'b', 'c', 'd') }, 'b'],
  [open, 'Vertel wat er gebeurde.', { text: { max_response_characters: 20000 } }, story],
  [open, 'Hoe zou je dit verhaal noemen?', { text: { max_response_characters: 120 } }, 'De nieuwe fiets'],
  [several, 'Hoe voelde dat toen?', { choices: many }, ['a', 'd']],
  [numeric, 'Waardoor deed je dit vooral?', upTo100, 45],
  [one, 'Met wie was je?', { choices: choices('a', 'b', 'c', 'd', 'e') }, 'e'],
  [numeric, 'Wat hielp het meest?', upTo100, 10],
  [open, 'Wat leerde je ervan?', { text: { max_response_characters: 500 } }, 'Eerst luisteren, dan pas iets doen'],
  [one, 'Hoe vaak gebeurt dit?', { choices: choices('a', 'b', 'c', 'd', 'e', 'f') }, 'c'],
  [numeric, 'Wie had het in de hand?', upTo100, 80],
  [one, 'Hoe lang is dit geleden?', { choices: choices('a', 'b', 'c', 'd', 'e', 'f', 'g') }, 'g'],
  [one, 'Wie mag dit verhaal lezen?', { choices: choices('team', 'alle-teams', 'iedereen', 'niemand') }, 'team'],
]
const answers = script.map(([, , , answer]) => answer)
assert.equal(script.length, STEPS)

const flow = {
  uuid: 'flow',
  name: 'flow',
  last_modified: '2026-01-01 00:00:00.000Z',
  interaction_timeout: 300,
  supported_modes: ['TEXT'],
  languages: [{ id: 'nl', iso_639_3: 'nld' }],
  first_block_id: 'block-0',
  blocks: script.map(([type, prompt, config], at) => ({
    uuid: `block-${at}`,
    name: `question_${at}`,
    type,
    config: { prompt, ...config },
    exits: [
      {
        uuid: `exit-${at}`,
        label: 'next',
        tag: 'next',
        config: {},
        default: true,
        destination_block: at + 1 < script.length ? `block-${at + 1}` : undefined,
      },
    ],
  })),
}

const begin = () =>
  createContextDataObjectFor({ id: '1', name: 'Teller', groups: [] }, [], 'user', 'org', [flow], 'nl', 'TEXT')

async function keepInMemory() {
  const context = await begin()
  let cursor = await new FlowRunner(context).run()
  for (const answer of answers) {
    cursor = await cursor.prompt.fulfill(answer)
  }
  return context
}

async function saveAtEveryMessage() {
  const first = await begin()
  await new FlowRunner(first).run()
  let saved = JSON.stringify(first)
  for (const answer of answers) {
    const context = JSON.parse(saved)
    const { prompt } = new FlowRunner(context).hydrateRichCursorFrom(context)
    await prompt.fulfill(answer)
    saved = JSON.stringify(context)
  }
  return JSON.parse(saved)
}

async function saveAllButTheFlow() {
  const first = await begin()
  await new FlowRunner(first).run()
  let saved = JSON.stringify({ ...first, flows: undefined })
  for (const answer of answers) {
    const context = { ...JSON.parse(saved), flows: [flow] }
    const { prompt } = new FlowRunner(context).hydrateRichCursorFrom(context)
    await prompt.fulfill(answer)
    saved = JSON.stringify({ ...context, flows: undefined })
  }
  return JSON.parse(saved)
}

/** See that a conversation went through every step, and that every answer is recorded with it. */
function check({ delivery_status, cursor, interactions }) {
  assert.equal(delivery_status, DeliveryStatus.FINISHED_COMPLETE)
  assert.equal(cursor, undefined)
  assert.deepEqual(interactions.map(each => each.block_id), flow.blocks.map(block => block.uuid))
  assert.deepEqual(interactions.map(each => each.value), answers)
  assert.ok(interactions.every(each => each.has_response && each.exit_at))
}

/** Go through the flow over and over for some ms; answered messages a second. */
async function count(converse, ms) {
  const begun = performance.now()
  let conversations = 0
  let last
  let now
  do {
    last = await converse()
    conversations += 1
    now = performance.now()
  } while (now - begun < ms)
  check(last)
  return (conversations * STEPS * 1000) / (now - begun)
}

const found = {}
for (const [name, converse] of Object.entries({
  memory: keepInMemory,
  saved: saveAtEveryMessage,
  lean: saveAllButTheFlow,
})) {
  check(await converse())
  await count(converse, WARM_UP)
  found[name] = await count(converse, MEASURED)
}
console.log(JSON.stringify(found))
