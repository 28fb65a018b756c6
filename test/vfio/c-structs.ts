import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** `sizeof` a structure (the empty member) and `offsetof` its members, as a C compiler lays it out. */
export function layoutInC(declaration: string, type: string, members: readonly string[]): Record<string, number> {
  const lines = members.map((member) => `printf("${member} %zu\\n", offsetof(${type}, ${member}));`)
  const program = [
    '#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>',
    'typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;',
    declaration,
    `int main(void) {\nprintf("sizeof %zu\\n", sizeof(${type}));\n${lines.join('\n')}\nreturn 0;\n}`,
  ].join('\n')
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    const [source, binary] = [join(folder, 'layout.c'), join(folder, 'layout')]
    writeFileSync(source, program)
    execFileSync('gcc', ['-o', binary, source])
    const rows = execFileSync(binary, { encoding: 'utf8' }).trim().split('\n')
    return Object.fromEntries(rows.map((row) => row.split(' ')).map(([name, value]) => [name, Number(value)]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
