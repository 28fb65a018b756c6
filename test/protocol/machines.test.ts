import { describe, expect, test } from 'vitest'
import { bridgeMigration } from '../../src/pci/legacy/bridge-migration.layout.ts'
import { migration2015 } from '../../src/pci/legacy/migration-2015.layout.ts'
import {
  type DesignName,
  defineMachine,
  designs,
  findDesign,
  type Machine,
  MachineRun,
  type Side,
} from '../../src/protocol/index.ts'
import { source } from './trace.ts'

function machineOf(design: DesignName, name: string): Machine {
  const machine = findDesign(design)?.machines.find((one) => one.name === name)
  if (machine === undefined) throw new Error(`no machine ${name}`)
  return machine
}

/** Whether each value of a register may follow the ones before. */
function legal(machine: Machine, register: string, values: readonly number[], side: Side = 'source'): boolean {
  const run = new MachineRun(machine)
  return values.every(
    (value) => run.see({ at: 0, side, kind: 'status-write', register, value, by: 'vmm' }) === undefined,
  )
}

/** Pairs of different values for which a write of the first, then the second is legal. */
function pairs(machine: Machine, values: readonly number[], reach: Readonly<Record<number, readonly number[]>>) {
  return values.flatMap((from) =>
    values
      .filter((to) => to !== from && legal(machine, 'deviceState', [...(reach[from] ?? []), to]))
      .map((to) => `${from}>${to}`),
  )
}

describe('device states', () => {
  test('2019: all twelve transitions of the four states', () => {
    const found = pairs(machineOf('device-state-regions', 'device-state'), [0, 1, 2, 3], { 1: [1], 2: [2], 3: [3] })
    expect(found).toHaveLength(12)
  })

  test('2020: save, resume, shut down and cancel, as the header of the time lists them', () => {
    const found = pairs(machineOf('vendor-ops', 'device-state'), [0, 1, 2, 3, 4], { 0: [0], 2: [2], 3: [3], 4: [4] })
    expect(found).toEqual([
      ...['0>1', '0>4'],
      ...['1>0', '1>2', '1>3', '1>4'],
      ...['2>0', '2>1', '2>3'],
      ...['3>1', '3>2'],
      ...['4>0', '4>1'],
    ])
  })

  test('v1: the arcs of the kernel header, and those of QEMU for paused guests', () => {
    const found = pairs(machineOf('vfio-v1', 'device-state'), [0, 1, 2, 3, 4], { 0: [0], 2: [2], 3: [3], 4: [4] })
    const header = ['1>0', '1>2', '2>0', '1>3', '3>2', '1>4', '4>1', '2>1', '3>1']
    expect(found.toSorted()).toEqual([...header, '0>1', '0>2'].toSorted())
  })

  test.each<[Side, readonly number[]]>([
    ['source', [1, 0]],
    ['destination', [0]],
  ])('2017: the %s stops and starts', (side, values) => {
    expect(legal(machineOf('mdev-region', 'run-state'), 'runState', values, side)).toBe(true)
  })
})

describe('phases of the bridge', () => {
  test.each([
    { way: 'a migration', phases: [1, 2, 3, 0], ok: true },
    { way: 'cancelled while tracking', phases: [1, 0], ok: true },
    { way: 'cancelled in the pause', phases: [1, 2, 0], ok: true },
    { way: 'the bad path', phases: [1, 2, 4, 0], ok: true },
    { way: 'pause without tracking', phases: [2], ok: false },
    { way: 'resume without pause', phases: [1, 3], ok: false },
    { way: 'the bad path while tracking', phases: [1, 4], ok: false },
    { way: 'resume after the bad path', phases: [1, 2, 4, 3], ok: false },
  ])('$way: $ok', ({ phases, ok }) => {
    expect(legal(machineOf('bridge', 'phase'), 'phase', phases)).toBe(ok)
  })
})

describe('handshakes', () => {
  const registers = { 'faked-capability': ['vmmStatus', 'vfStatus'], 'self-emulation': ['migrationStatus', 'vfAnswer'] }
  type Step = readonly [0 | 1, 0 | 1]
  const START: Step = [0, 1]
  const END: Step = [0, 0]
  const READY: Step = [1, 1]
  const WAIT: Step = [1, 0]
  const ways: { way: string; steps: Step[]; ok: boolean; finished: boolean }[] = [
    { way: 'the order of the series', steps: [START, READY, END, WAIT], ok: true, finished: true },
    { way: 'taken back in the other order', steps: [START, READY, WAIT, END], ok: true, finished: true },
    { way: 'no handshake, the destination takes both back', steps: [END, WAIT], ok: true, finished: true },
    { way: 'cancelled before the answer', steps: [START, END], ok: true, finished: true },
    { way: 'READY without START', steps: [READY], ok: false, finished: true },
    { way: 'READY twice', steps: [START, READY, READY], ok: false, finished: false },
    { way: 'START twice', steps: [START, START], ok: false, finished: false },
    { way: 'no answer', steps: [START], ok: true, finished: false },
  ]
  const table = Object.entries(registers).flatMap(([design, names]) =>
    ways.map((way) => ({ design: design as DesignName, names, ...way })),
  )
  test.each(table)('$design, $way', ({ design, names, steps, ok, finished }) => {
    const run = new MachineRun(machineOf(design, 'handshake'))
    const problems = steps.map(([which, value]) =>
      run.see(source('status-write', { register: names[which] ?? '', value, by: 'vmm' })),
    )
    expect(problems.every((problem) => problem === undefined)).toBe(ok)
    expect(run.end().length === 0).toBe(finished)
  })
})

test('an illegal step names state, step and the legal ones', () => {
  const run = new MachineRun(machineOf('bridge', 'phase'))
  const problem = run.see(source('status-write', { register: 'phase', value: 3, by: 'vmm' }))
  expect(problem).toEqual({
    code: 'protocol/illegal-transition',
    message:
      'Phase of the bridge: in state idle (no migration) the step resume is illegal, legal are track (to track); it came as status-write (register "phase", value 3, by "vmm") on the source.',
  })
})

test('machines of devices do not touch each other', () => {
  const machine = defineMachine({
    name: 'door',
    title: 'Door',
    source: 'test',
    states: { shut: 'shut', open: 'open' },
    initial: { source: 'shut', destination: 'open' },
    final: ['shut'],
    inputs: { up: [{ kind: 'device', state: ['up', 'quiet'] }], down: [{ kind: 'device', state: 'down' }] },
    transitions: { shut: { up: 'open' }, open: { down: 'shut' } },
    per: ['side', 'device'],
  })
  const run = new MachineRun(machine)
  expect(run.see(source('device', { state: 'up' }))).toBeUndefined()
  expect(run.see(source('device', { state: 'quiet', device: 1 }))).toBeUndefined()
  expect(run.see(source('device', { state: 'up', device: 1 }))).toBeDefined()
  expect(run.see({ at: 0, side: 'destination', kind: 'device', state: 'down' })).toBeUndefined()
  expect(run.end()).toHaveLength(1)
})

describe('every machine is sound', () => {
  const machines = designs.flatMap(({ name, machines }) => machines.map((machine) => ({ design: name, machine })))
  test.each(machines.map((one) => [one.design, one.machine.name, one.machine] as const))('%s %s', (_, __, machine) => {
    const states = Object.keys(machine.states)
    expect(Object.keys(machine.transitions).sort()).toEqual([...states].sort())
    const steps = Object.values(machine.transitions).flatMap((row) => Object.entries(row))
    for (const [input, to] of steps) {
      expect(Object.keys(machine.inputs)).toContain(input)
      expect(states).toContain(to)
    }
    // Every state can be reached.
    const reached = new Set(Object.values(machine.initial))
    const next = (state: string) => [
      ...Object.values(machine.transitions[state] ?? {}),
      ...(machine.illegal ?? []).flatMap(({ from, to }) => (from.includes(state) && to !== undefined ? [to] : [])),
    ]
    for (const state of reached) for (const to of next(state)) if (to !== undefined) reached.add(to)
    expect([...reached].sort()).toEqual([...states].sort())
    // What is known to be wrong is not legal as well.
    for (const { from, on } of machine.illegal ?? [])
      for (const state of from) expect(machine.transitions[state]?.[on]).toBeUndefined()
    for (const { state } of machine.unfinished ?? []) expect(machine.final).not.toContain(state)
  })
})

test('registers of the 2015 designs are those of the capabilities', () => {
  const facts = (name: DesignName) => Object.entries(findDesign(name)?.registers ?? {})
  for (const [register, values] of facts('faked-capability')) {
    const { names } = migration2015.fields[register as 'enable'] as unknown as { names: Record<number, string> }
    expect(Object.fromEntries(Object.entries(values).map(([name, value]) => [value, name]))).toEqual(names)
  }
  expect(Object.keys(migration2015.fields)).toContain('mailboxVector')
  for (const [register, values] of facts('bridge')) {
    const { names } = bridgeMigration.fields[register as 'phase'] as unknown as { names: Record<number, string> }
    expect(Object.fromEntries(Object.entries(values).map(([name, value]) => [value, name]))).toEqual(names)
  }
  const used = ['acknowledge', 'slotMask', 'pausedMask', 'missedMask']
  expect(Object.keys(bridgeMigration.fields)).toEqual(expect.arrayContaining(used))
})
