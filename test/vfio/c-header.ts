import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether the judge is there: a C compiler that knows the named headers. */
export function hasCompiler(...headers: readonly string[]): boolean {
  try {
    evaluateInC([], '', headers)
    return true
  } catch {
    return false
  }
}

/** Values of C expressions, after some declarations. @throws where there is no compiler or it refuses them */
export function evaluateInC(
  expressions: readonly string[],
  declarations = '',
  headers: readonly string[] = [],
): Map<string, number> {
  const includes = ['stdio.h', 'stddef.h', 'stdint.h', ...headers].map((header) => `#include <${header}>`)
  const prints = expressions.map((text) => `printf("%llu\\n", (unsigned long long)(${text}));`)
  const program = [...includes, declarations, 'int main(void) {', ...prints, 'return 0;', '}', ''].join('\n')
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    const [source, binary] = [join(folder, 'layout.c'), join(folder, 'layout')]
    writeFileSync(source, program)
    execFileSync('gcc', ['-w', '-o', binary, source], { stdio: ['ignore', 'pipe', 'ignore'] })
    const values = execFileSync(binary, { encoding: 'utf8' }).trim().split('\n')
    return new Map(expressions.map((text, index) => [text, Number(values[index])]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Those of the macros or types that a header of this machine has: older headers lack the newer ones. */
export function knownInC(expressions: readonly string[], headers: readonly string[]): string[] {
  const works = (some: readonly string[]) => {
    try {
      evaluateInC(some, '', headers)
      return true
    } catch {
      return false
    }
  }
  // All at once is the usual case; halves find the few that are not there.
  if (expressions.length === 0 || works(expressions)) return [...expressions]
  if (expressions.length === 1) return []
  const middle = expressions.length >> 1
  return [...knownInC(expressions.slice(0, middle), headers), ...knownInC(expressions.slice(middle), headers)]
}
