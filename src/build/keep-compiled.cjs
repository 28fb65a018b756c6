// Loaded before the command, it keeps the code that V8 compiled for each chunk during the run in a file beside it.
const { writeFileSync } = require('node:fs')
const vm = require('node:vm')

const scripts = new Map()

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    scripts.set(options.filename, this)
  }
}

process.on('exit', () => {
  for (const [filename, script] of scripts) writeFileSync(`${filename}.cache`, script.createCachedData())
})
