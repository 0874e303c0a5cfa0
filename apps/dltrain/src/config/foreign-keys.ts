/**
 * The names other tools give to what a config holds here, spelt without separators and in lower
 * case, and the key (or the advice) that answers them.
 */
const foreign: Readonly<Record<string, string>> = {
  epochs: 'trainer.max_epochs',
  epoch: 'trainer.max_epochs',
  nepochs: 'trainer.max_epochs',
  numepochs: 'trainer.max_epochs',
  numtrainepochs: 'trainer.max_epochs',
  maxepoch: 'trainer.max_epochs',
  maxduration: 'trainer.max_epochs',
  steps: 'trainer.max_steps',
  iterations: 'trainer.max_steps',
  maxiter: 'trainer.max_steps',
  maxiters: 'trainer.max_steps',
  batch: 'trainer.batch_size',
  bs: 'trainer.batch_size',
  globalbatchsize: 'trainer.batch_size',
  trainbatchsize: 'trainer.batch_size',
  perdevicetrainbatchsize: 'trainer.batch_size',
  minibatchsize: 'trainer.batch_size',
  gradientaccumulationsteps: 'trainer.accumulate_grad_batches',
  accumulationsteps: 'trainer.accumulate_grad_batches',
  gradclip: 'trainer.clip_grad_norm',
  gradientclipval: 'trainer.clip_grad_norm',
  clipnorm: 'trainer.clip_grad_norm',
  maxgradnorm: 'trainer.clip_grad_norm',
  valcheckinterval: 'trainer.val_every',
  checkvaleverynepoch: 'trainer.val_every',
  evalinterval: 'trainer.val_every',
  evalevery: 'trainer.val_every',
  learningrate: 'optimizer.lr',
  lr: 'optimizer.lr',
  lrate: 'optimizer.lr',
  alpha: 'optimizer.lr',
  optim: 'optimizer',
  optimiser: 'optimizer',
  solver: 'optimizer',
  lrscheduler: 'scheduler',
  lrschedule: 'scheduler',
  schedule: 'scheduler',
  warmupsteps: 'scheduler.warmup',
  warmupepochs: 'scheduler.warmup',
  warmupratio: 'scheduler.warmup',
  lossfn: 'loss',
  lossfunction: 'loss',
  criterion: 'loss',
  objective: 'loss',
  metric: 'metrics',
  network: 'model',
  net: 'model',
  architecture: 'model',
  arch: 'model',
  layers: 'model.layers',
  inputshape: 'model.input',
  dataset: 'data',
  dataloader: 'data',
  trainset: 'data.train',
  traindata: 'data.train',
  validation: 'data.val',
  valid: 'data.val',
  valset: 'data.val',
  validationsplit: 'data.val.split',
  valsplit: 'data.val.split',
  testset: 'data.test',
  normalize: 'data.transforms',
  augmentation: 'data.transforms',
  randomseed: 'seed',
  randomstate: 'seed',
  manualseed: 'seed',
  device: 'parallel.workers',
  devices: 'parallel.workers',
  gpus: 'parallel.workers',
  numprocesses: 'parallel.workers',
  nprocs: 'parallel.workers',
  numworkers: 'parallel.workers',
  threads: 'parallel.workers',
  patience: 'early_stopping.patience',
  earlystop: 'early_stopping',
  logevery: 'logging.every',
  loginterval: 'logging.every',
  logeverynsteps: 'logging.every',
  outdir: 'output_dir',
  outputpath: 'output_dir',
  logdir: 'output_dir',
  savedir: 'output_dir',
  weights: 'init_from',
  pretrained: 'init_from',
  initfrom: 'init_from',
};

/** The same for the parameters of layers, where the names stand alone. */
const foreignLayerKeys: Readonly<Record<string, string>> = {
  units: 'out_features',
  neurons: 'out_features',
  outputdim: 'out_features',
  hiddensize: 'out_features',
  filters: 'out_channels',
  channels: 'out_channels',
  kernel: 'kernel_size',
  poolsize: 'kernel_size',
  size: 'kernel_size',
  strides: 'stride',
  pad: 'padding',
  usebias: 'bias',
  rate: 'p',
  prob: 'p',
  dropout: 'p',
};

/** Keys of the design that this version does not have yet, by their path. */
const unavailable: Readonly<Record<string, string>> = {
  resume: 'remove it; init_from starts from the weights of an earlier run',
  checkpoint: 'remove it; the weights are saved at the end of a run and when it is stopped',
  'parallel.on_worker_failure': 'remove it; a worker that fails ends the run',
  'parallel.max_restarts': 'remove it; a worker that fails ends the run',
};

/** What to do about a key that belongs to a later version, or undefined. */
export function adviceForUnavailable(path: string): string | undefined {
  return Object.hasOwn(unavailable, path) ? unavailable[path] : undefined;
}

/** Our key for another tool's, or undefined. `section` is the dotted path of where it stood. */
export function ourKeyFor(key: string, section: string): string | undefined {
  const name = withoutSeparators(key);
  const table = /^model\.layers\.\d+$/.test(section) ? foreignLayerKeys : foreign;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A key as it reads without case and separators, so that batchSize and batch-size are batch_size. */
export function withoutSeparators(key: string): string {
  return key.replace(/[-_ ]/g, '').toLowerCase();
}
