import type { MigrationSample } from '../../dirty-bitmap/index.ts'
import { Complaint } from '../complaint.ts'
import type { Input } from '../dirty/inputs.ts'
import { checkForm, openDirtyInput } from '../dirty/inputs.ts'
import { bitmapJson, rangeJson, samplesJson, seriesJson } from '../dirty/json.ts'
import { type DirtyOptions, type DirtyTexts, dirtyOptions } from '../dirty/options.ts'
import { addressDigits, checkPlace, placeOf, spanText } from '../dirty/place.ts'
import { regionsOf } from '../dirty/regions.ts'
import { bitmapLines, convergenceLines, type Style, seriesLines } from '../dirty/report.ts'
import { roundsOf, sampledConvergence, sampleLines } from '../dirty/samples.ts'
import { type OnRuns, surveyOne, surveySeries } from '../dirty/survey.ts'
import { seriesConvergence, trendSentence } from '../dirty/trend.ts'
import { naming } from '../open.ts'
import { Output, writeFileBytes } from '../output.ts'
import { palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { textWidth, wrap } from '../render/wrap.ts'

type BitmapInput = Extract<Input, { kind: 'bitmap' }>

/** Says what dirty bitmaps, or the numbers of a running migration, come to; 0 when it could. */
export async function dirty(paths: readonly string[], texts: DirtyTexts): Promise<number> {
  const options = dirtyOptions(texts)
  checkForm(options.as)
  const inputs: Input[] = []
  for (const path of paths) inputs.push(await naming(path, () => openDirtyInput(path, options)))
  const out = new Output()
  const stream = inputs.find((input) => input.kind === 'stream')
  if (stream !== undefined) {
    if (inputs.length > 1) throw new Complaint(`${stream.path} is a migration stream; give it alone.`)
    refuseForBitmaps(options, 'is a migration stream')
    const { tellStream } = await import('../qemu/dirty.ts')
    await naming(stream.path, () => tellStream(out, titleOf(paths), stream, options)).finally(() => stream.close())
    await out.flush()
    return 0
  }
  if (options.channels.length > 0) {
    throw new Complaint('--channel is for the pages of migration streams of QEMU; their dirty bitmaps do not need it.')
  }
  const bitmaps = inputs.filter((input) => input.kind === 'bitmap')
  const samples = inputs.flatMap((input) => (input.kind === 'samples' ? input.samples : []))
  if (bitmaps.length > 0 && samples.length > 0) {
    const other = inputs.find((input) => input.kind === 'samples')
    throw new Complaint(`${bitmaps[0]?.path} is a bitmap and ${other?.path} is not; give them apart.`)
  }
  if (samples.length > 0) await tellSamples(out, titleOf(paths), samples, options)
  else if (bitmaps.length > 1) await tellSeries(out, titleOf(paths), bitmaps, options)
  else if (options.ranges) await tellRanges(out, bitmaps[0] as BitmapInput, options)
  else await tellOne(out, bitmaps[0] as BitmapInput, options)
  await out.flush()
  return 0
}

async function tellOne(out: Output, input: BitmapInput, options: DirtyOptions): Promise<void> {
  const survey = await surveyOne(input, options)
  if (survey.pages === 0) throw new Complaint(`${input.path} is empty; there are no pages in it.`)
  const place = placeOf(options, [input])
  checkPlace(place, survey.pages)
  const regions = regionsOf(survey.grid, 1, options.regions)
  if (options.png !== undefined) {
    const { heatPicture } = await import('../png/heat-picture.ts')
    writeFileBytes(options.png, heatPicture({ title: titleOf([input.path]), survey, layers: 1, place }))
  }
  if (options.json) await out.line(JSON.stringify(bitmapJson(survey, place, regions), null, 2))
  else await out.lines(bitmapLines(titleOf([input.path]), survey, place, regions, styleOf(options)))
}

/** All runs, written as they are found. */
async function tellRanges(out: Output, input: BitmapInput, options: DirtyOptions): Promise<void> {
  const place = placeOf(options, [input])
  const known =
    options.pages ?? input.stated?.length ?? (input.pieces.bytes === undefined ? 2 ** 36 : 8 * input.pieces.bytes)
  const digits = addressDigits(place, known)
  let isFirst = true
  const onRuns: OnRuns = async (runs) => {
    for (let at = 0; at < runs.length; at += 2) {
      const [first, pages] = [runs[at] as number, runs[at + 1] as number]
      if (options.json) await out.write(`${isFirst ? '' : ','}\n    ${rangeJson(place, first, pages)}`)
      else await out.line(`${spanText(place, first, pages, digits)} ${pages}`)
      isFirst = false
    }
  }
  if (options.json) await out.write('{\n  "rangeList": [')
  const survey = await surveyOne(input, options, onRuns)
  checkPlace(place, survey.pages)
  if (options.json) {
    const others = JSON.stringify(bitmapJson(survey, place, regionsOf(survey.grid, 1, options.regions)), null, 2)
    await out.line(`${isFirst ? '' : '\n  '}],${others.slice(1)}`)
  }
}

async function tellSeries(out: Output, title: string, inputs: readonly BitmapInput[], options: DirtyOptions) {
  if (options.ranges) throw new Complaint('--ranges lists the runs of one bitmap; give one input.')
  const survey = await surveySeries(inputs, options)
  if (survey.pages === 0) throw new Complaint(`${title} are empty; there are no pages in them.`)
  const place = placeOf(options, inputs)
  checkPlace(place, survey.pages)
  const layers = inputs.length
  const regions = regionsOf(survey.grid, layers, options.regions)
  const convergence = seriesConvergence(survey.rounds, place.pageSize, options)
  if (options.png !== undefined) {
    const { heatPicture } = await import('../png/heat-picture.ts')
    writeFileBytes(options.png, heatPicture({ title, survey, layers, place }))
  }
  if (options.json) {
    await out.line(JSON.stringify(seriesJson(survey, place, regions, convergence), null, 2))
    return
  }
  const style = styleOf(options)
  await out.lines(seriesLines(title, survey, place, regions, style))
  if (convergence !== undefined) await out.lines(convergenceLines(convergence, style))
  else await out.lines(['', ...wrap(trendSentence(survey.rounds, place.pageSize), 0, style.wrapTo)])
}

async function tellSamples(out: Output, title: string, samples: readonly MigrationSample[], options: DirtyOptions) {
  refuseForBitmaps(options, 'has the numbers of a migration')
  const rounds = roundsOf(samples)
  const convergence = sampledConvergence(samples, options)
  if (options.json) {
    await out.line(JSON.stringify(samplesJson(samples, rounds, convergence), null, 2))
    return
  }
  const style = styleOf(options)
  await out.lines(sampleLines(title, samples, rounds, style))
  if (convergence !== undefined) await out.lines(convergenceLines(convergence, style))
  else if (samples.at(-1)?.remaining !== 0) {
    const missing = 'There is no forecast: the dirty rate or the bandwidth is not known yet; add later samples.'
    await out.lines(['', ...wrap(missing, 0, style.wrapTo)])
  }
}

function refuseForBitmaps({ ranges, png }: DirtyOptions, what: string): void {
  for (const [option, value] of Object.entries({ '--ranges': ranges || undefined, '--png': png })) {
    if (value !== undefined) throw new Complaint(`${option} is for bitmaps; the input ${what}.`)
  }
}

/** Names of the inputs, as a title has room for. */
function titleOf(paths: readonly string[]): string {
  const [first, last] = [paths[0] ?? '', paths.at(-1) ?? '']
  if (paths.length === 1) return printable(first === '-' ? 'standard input' : first)
  return printable(`${first} to ${last} (${paths.length})`)
}

const PIPE_WIDTH = 80

function styleOf({ width }: DirtyOptions): Style {
  const { stdout } = process
  const wrapTo = textWidth(stdout)
  const isUnicode = /utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '')
  return {
    colours: palette(stdout.isTTY),
    wrapTo,
    mapWidth: width ?? wrapTo ?? PIPE_WIDTH,
    blocks: stdout.isTTY === true && isUnicode,
  }
}
