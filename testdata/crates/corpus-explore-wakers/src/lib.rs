//! Wake-ups that are lost: real mistakes in our own words, each as it was and as it was mended.

pub mod w01;
pub mod w03;
pub mod w05;
pub mod w07;
pub mod w09;
pub mod w12;
pub mod w14;
pub mod w16;
pub mod w20;
pub mod w22;
pub mod w26;
pub mod w30;
pub mod w42;
pub mod w44;
