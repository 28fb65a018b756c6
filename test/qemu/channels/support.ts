import type { Finding } from '../../../src/findings/index.ts'
import { aheadOf, readEvents } from '../../../src/layout/index.ts'
import { descriptionAhead, judgeChannels, MainStream, qemuStreamReader } from '../../../src/qemu/index.ts'

/** What is found in a main stream (first) and in its channels. */
export async function judged(main: Uint8Array, channels: readonly Uint8Array[]): Promise<Finding[][]> {
  const facts = new MainStream()
  let isWhole = true
  const { listener, ram } = facts
  const description = descriptionAhead(aheadOf(main))
  for await (const event of readEvents(qemuStreamReader({ wanted: 'findings', listener, ram, description }), main)) {
    if (event.kind === 'finding' && event.finding.severity === 'error') isWhole = false
  }
  const found: Finding[][] = [[], ...channels.map(() => [])]
  await judgeChannels(facts, channels, (finding, index) => found[index === undefined ? 0 : index + 1]?.push(finding), {
    isWhole,
  })
  return found
}

/** Codes of each, once. */
export const codesOf = (found: readonly (readonly Finding[])[]) =>
  found.map((each) => [...new Set(each.map(({ code }) => code))])
