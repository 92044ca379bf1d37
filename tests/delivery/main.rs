//! Do the scripts bring models into a store, whole, whatever happens on the way?
//!
//! They run as in a pod, with only the programs of the image `ollama/ollama`, against the real Ollama server and a
//! registry on this machine that can fail in many ways. Both come from the folder `OLLAMA_SERVER`, else
//! `shared/ollama-server` beside this checkout or further up. Where it or another need is missing, a test says so.
//! `OLLAMA_SERVER_BINARY` names a server that is built already.

mod copy;
mod farm;
mod faults;
mod lock;
mod machine;
mod modelfile;
mod network;
mod preload;
mod pull;
mod running;
mod serve;
mod store;
mod wait;
