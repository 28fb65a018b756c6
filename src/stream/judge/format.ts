import { counted, type Finding } from '../../findings/index.ts'
import { type Format, movedFindings, OptionError, type OptionValues } from '../../layout/index.ts'
import type { Context } from './context.ts'
import type { Part, Piece } from './parts.ts'

/** Judges a part by a format. What is found is told of the bytes in the stream; the value is given. */
export function judgeByFormat<V>(
  context: Context,
  part: Part,
  format: Format<V>,
  options: OptionValues,
): V | undefined {
  try {
    const { value, findings } = format.inspect(part.data, options)
    const moved = findings.map((finding) => movedTo(part.pieces, finding))
    if (value !== undefined) for (const finding of moved) context.report(finding)
    else notDecoded(context, part, format.name, moved)
    return value
  } catch (error) {
    // What a user is told of options that do not fit is here said of the stream.
    if (!(error instanceof OptionError || error instanceof RangeError)) throw error
    context.say('stream/format-options', `The options do not fit ${format.name}: ${error.message}`, part.place)
    return undefined
  }
}

function notDecoded(context: Context, part: Part, format: string, findings: readonly Finding[]): void {
  const reason = findings.find(({ severity }) => severity === 'error') ?? findings[0]
  const said = reason === undefined ? '' : `: ${reason.message}`
  const message = `The ${part.type} (${counted(part.data.length, 'byte')}) is no ${format}${said}`
  const place = reason !== undefined && reason.in === undefined ? reason : part.place
  context.say('stream/state-not-decoded', message.endsWith('.') ? message : `${message}.`, place, [])
}

/** A finding about a part, as one about the chunk that holds its first byte. */
function movedTo(pieces: readonly Piece[], finding: Finding): Finding {
  const holds = ({ start }: Piece) => finding.in !== undefined || start <= finding.offset
  const piece = (finding.in === undefined ? pieces.findLast(holds) : undefined) ?? (pieces[0] as Piece)
  if (piece.within !== undefined) {
    const { in: _, ...own } = finding
    return { ...own, offset: piece.offset, length: piece.within, path: [...piece.path, ...finding.path] }
  }
  return movedFindings([finding], piece.offset - piece.start, piece.path)[0] as Finding
}
