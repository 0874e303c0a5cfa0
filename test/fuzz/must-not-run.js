// The files of the corpus name this module wherever they hold text. No reader may run it.
globalThis.dltrainRanCodeThatAFileNamed = true;

export default null;
