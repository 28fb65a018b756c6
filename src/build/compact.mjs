// Takes what nobody reads out of the package: names and blanks in generated code, of which src/generated is the readable form.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { minify } from 'rolldown/utils'

const FOLDER = join('dist', 'generated')

for (const path of await readdir(FOLDER, { recursive: true })) {
  const file = join(FOLDER, path)
  // The faces beside the descriptions declare the types.
  if (file.endsWith('.d.ts')) await rm(file)
  else if (file.endsWith('.js')) await writeFile(file, await compact(file))
}

async function compact(file) {
  const source = await readFile(file, 'utf8')
  const { code, errors } = await minify(file, source, { module: true })
  if (errors.length > 0) throw new Error(`${file} cannot be minified: ${errors[0].message}`)
  return `${source.slice(0, source.indexOf('\n') + 1)}${code}\n`
}
