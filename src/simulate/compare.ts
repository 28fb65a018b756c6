import { areaOf } from './guest/memory-map.ts'
import type { Ram } from './guest/ram.ts'

/** Pages that are not the same, in words. */
export function memoryDifferences(source: Ram, target: Ram): string[] {
  const differences: string[] = []
  for (let page = 0; page < source.pages; page++) {
    const at = firstDifference(source.page(page), target.page(page))
    if (at === undefined) continue
    differences.push(`memory: page ${page} (${areaOf(page)}) differs from byte 0x${at.toString(16)} on`)
  }
  return differences
}

/** Bytes of one thing that are not the same, in words. */
export function byteDifferences(name: string, source: Uint8Array, target: Uint8Array): string[] {
  if (source.length !== target.length) return [`${name}: ${source.length} bytes became ${target.length}`]
  const at = firstDifference(source, target)
  return at === undefined ? [] : [`${name}: differs from byte 0x${at.toString(16)} on`]
}

/** Numbers by name that are not the same, in words. */
export function valueDifferences(
  name: string,
  source: Readonly<Record<string, number | bigint | boolean>>,
  target: Readonly<Record<string, number | bigint | boolean>>,
): string[] {
  return Object.entries(source)
    .filter(([key, value]) => target[key] !== value)
    .map(([key, value]) => `${name} ${key}: ${value} became ${target[key]}`)
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return at
  return undefined
}
