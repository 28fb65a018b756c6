import { counted, type Finding } from '../../findings/index.ts'
import type { Output } from '../output.ts'
import { countText, findingJson, findingLines } from '../render/findings.ts'
import { palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { textWidth } from '../render/wrap.ts'
import type { FileReport } from './validate-file.ts'

export type ReportForm = 'text' | 'json' | 'jsonl' | 'sarif'

/** Prints reports in one form. */
export interface Reporter {
  file(report: FileReport): Promise<void>
  /** @param skipped files of walked folders that nobody recognised */
  end(skipped: number): Promise<void>
}

/** The reporter of a form; SARIF and its catalogue load only when they are asked for. */
export async function makeReporter(form: ReportForm, out: Output): Promise<Reporter> {
  switch (form) {
    case 'text':
      return textReporter(out)
    case 'json':
      return jsonReporter(out)
    case 'jsonl':
      return jsonLinesReporter(out)
    case 'sarif':
      return sarifReporter(out)
  }
}

function textReporter(out: Output): Reporter {
  const colours = palette(process.stdout.isTTY)
  const width = textWidth(process.stdout)
  const all: Finding[] = []
  let files = 0
  return {
    async file({ path, format, findings, addresses }) {
      files += 1
      for (const finding of findings) all.push(finding)
      await out.line(`${colours.bold(printable(path))}: ${format ?? 'not recognised'}, ${countText(findings, colours)}`)
      await out.lines(findingLines(path, findings, { palette: colours, width, addresses }))
    },
    async end(skipped) {
      const others = skipped === 0 ? '' : `; ${counted(skipped, 'other file')} skipped`
      if (files !== 1 || skipped > 0) {
        await out.line(`${counted(files, 'file')}: ${countText(all, colours)}${others}`)
      }
      await out.flush()
    },
  }
}

function fileJson({ path, format, findings }: FileReport): string {
  return JSON.stringify({ path, format, findings: findings.map(findingJson) })
}

function jsonReporter(out: Output): Reporter {
  let files = 0
  return {
    async file(report) {
      await out.write(`${files === 0 ? '{ "files": [\n' : ',\n'}${fileJson(report)}`)
      files += 1
    },
    async end(skipped) {
      await out.line(files === 0 ? `{ "files": [], "skipped": ${skipped} }` : `\n], "skipped": ${skipped} }`)
      await out.flush()
    },
  }
}

function jsonLinesReporter(out: Output): Reporter {
  return {
    async file(report) {
      await out.line(fileJson(report))
      await out.flush()
    },
    end: () => out.flush(),
  }
}

async function sarifReporter(out: Output): Promise<Reporter> {
  const [{ sarifLog }, { allCodes }] = await Promise.all([
    import('../render/sarif.ts'),
    import('../../registry/codes.ts'),
  ])
  const files: FileReport[] = []
  return {
    async file(report) {
      files.push(report)
    },
    async end() {
      await out.line(JSON.stringify(sarifLog(files, allCodes()), null, 2))
      await out.flush()
    },
  }
}
