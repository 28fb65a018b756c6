import { expect, test } from 'vitest'
import { type ReadEvent, Window } from '../../../src/layout/index.ts'
import { MOST_LISTED, SectionList } from '../../../src/qemu/stream/section-list.ts'
import { Teller } from '../../../src/qemu/teller.ts'

const PART = { kind: 'PART', sectionId: 1, name: 'ram', instanceId: 0, version: 4, element: 0 } as const

function listed(count: number): ReadEvent[] {
  const sections = new SectionList()
  for (let index = 0; index < count; index += 1) sections.add({ ...PART, offset: 18 * index }, 18 * index + 18)
  const events: ReadEvent[] = []
  sections.tell(new Teller(new Window(), events))
  return events
}

test('so many sections are listed, and of more it is said how many there are', () => {
  const last = { ...PART, element: undefined, offset: 18 * (MOST_LISTED - 1), size: 18 }
  for (const more of [0, 3]) {
    const events = listed(MOST_LISTED + more)
    const values = events.flatMap((event) => (event.kind === 'value' ? [event] : []))
    expect(values.length).toBe(MOST_LISTED)
    expect(values.at(-1)?.value).toEqual(last)
    expect(values.at(-1)?.json()).toEqual(last)
    const findings = events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : []))
    expect(findings.map(({ code, message }) => [code, message])).toEqual(
      more === 0 ? [] : [['qemu/not-all-listed', '3 more sections are among the elements.']],
    )
  }
})
