import type { Log, ReportingDescriptor, Result } from 'sarif'
import { type CodeEntry, type Finding, printPath, type Severity } from '../../findings/index.ts'
import { VERSION } from '../version.ts'

/** The findings of one file. */
export interface FileFindings {
  readonly path: string
  readonly findings: readonly Finding[]
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** A SARIF 2.1.0 log of all findings, with the rules that they name. */
export function sarifLog(files: readonly FileFindings[], codes: ReadonlyMap<string, CodeEntry>): Log {
  const used = new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code)))
  const rules = [...used].sort().map((code) => rule(code, codes.get(code)))
  const indices = new Map(rules.map(({ id }, index) => [id, index]))
  const results = files.flatMap(({ path, findings }) =>
    findings.map((finding) => result(path, finding, indices.get(finding.code) as number)),
  )
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'vfmig', version: VERSION, rules } },
        artifacts: files.map(({ path }) => ({ location: { uri: uriOf(path) } })),
        results,
      },
    ],
  }
}

function rule(code: string, entry: CodeEntry | undefined): ReportingDescriptor {
  if (entry === undefined) return { id: code }
  const { title, explanation, severity, source } = entry
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    defaultConfiguration: { level: LEVELS[severity] },
    ...(source === undefined ? {} : { help: { text: `Source: ${source}` } }),
  }
}

function result(file: string, finding: Finding, ruleIndex: number): Result {
  const { code, severity, message, offset, length, line, path, hint } = finding
  // Offsets in a derived space are not offsets in the file: there the line says where.
  const region =
    line !== undefined
      ? { startLine: line }
      : finding.in === undefined
        ? { byteOffset: offset, byteLength: length }
        : undefined
  const place = { artifactLocation: { uri: uriOf(file) }, ...(region === undefined ? {} : { region }) }
  const fullyQualifiedName = path.length === 0 ? undefined : printPath(path)
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [
      {
        physicalLocation: place,
        ...(fullyQualifiedName === undefined ? {} : { logicalLocations: [{ fullyQualifiedName }] }),
      },
    ],
  }
}

/** A relative or absolute path as a URI reference. */
function uriOf(path: string): string {
  const parts = path.split('/').map((part) => encodeURIComponent(part))
  return path.startsWith('/') ? `file://${parts.join('/')}` : parts.join('/')
}
