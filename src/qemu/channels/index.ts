export { channelsCodes } from './codes.ts'
export { judgeChannels, type TellChannels } from './judge.ts'
export { MainStream } from './main-stream.ts'
