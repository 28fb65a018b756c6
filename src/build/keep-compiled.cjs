// Loaded before the command, it keeps the code that V8 compiled for each chunk during the run in a file beside it. With
// VFMIG_KEEP=missing it does so for chunks alone of which there is no such file yet.
const { existsSync, writeFileSync } = require('node:fs')
const vm = require('node:vm')

const scripts = new Map()

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    scripts.set(options.filename, this)
  }
}

process.on('exit', () => {
  for (const [filename, script] of scripts) {
    const cache = `${filename}.cache`
    if (process.env.VFMIG_KEEP !== 'missing' || !existsSync(cache)) writeFileSync(cache, script.createCachedData())
  }
})
