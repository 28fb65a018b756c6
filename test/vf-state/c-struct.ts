import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether the judge is there. */
export function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * Size of a C structure and offsets of its members, from the compiler.
 *
 * @param source declarations with stdint.h and stdbool.h
 * @param members names as C writes them: `vf_data.tx_rate`
 */
export function offsetsInC(source: string, struct: string, members: readonly string[]): Map<string, number> {
  const lines = members.map((member) => `printf("${member} %zu\\n", offsetof(struct ${struct}, ${member}));`)
  const includes = ['stdbool', 'stddef', 'stdint', 'stdio'].map((name) => `#include <${name}.h>`)
  const main = `int main(void) {\nprintf("sizeof %zu\\n", sizeof(struct ${struct}));\n${lines.join('\n')}\nreturn 0;\n}\n`
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    const [file, binary] = [join(folder, 'struct.c'), join(folder, 'struct')]
    writeFileSync(file, `${includes.join('\n')}\n${source}\n${main}`)
    execFileSync('gcc', ['-o', binary, file])
    const rows = execFileSync(binary, { encoding: 'utf8' }).trim().split('\n')
    return new Map(rows.map((row) => row.split(' ') as [string, string]).map(([name, value]) => [name, Number(value)]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
