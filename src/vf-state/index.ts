export * from './mdev-2017/index.ts'
