# language: id
Fitur: robust
  Di luar huruf spesifikasi: yang terjadi pada setiap server yang dipakai orang.

  @ROBUST-1 @terakhir
  Aturan: Client yang mengirim setengah request lalu pergi tidak merugikan siapa pun
    Skenario: setengah request, lalu pergi
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim setengah request lalu memutus koneksi
      Dan "tono" mendaftar
      Maka hasilnya OK
      Ketika "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

  @ROBUST-2 @terakhir
  Aturan: Client yang mengirim byte demi byte tidak menahan yang lain
    Skenario: byte demi byte
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mulai mengirim request byte demi byte
      Dan "siti" mengirim pesan "sementara itu" kepada "tono"
      Maka hasilnya OK
      Dan inbox "tono" memuat pesan itu
      Dan server tetap melayani

  @ROBUST-3 @terakhir
  Aturan: Dua ratus koneksi diam tidak menghentikan server
    Skenario: dua ratus koneksi diam
      Dengan user "budi" dan "siti" sudah masuk
      Ketika dua ratus koneksi dibuka dan diam
      Dan "budi" mengirim pesan "masih lancar?" kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu
      Dan server tetap melayani

  @ROBUST-4 @terakhir
  Aturan: Baris sepanjang 64 KiB tidak mematikan server
    Skenario: baris panjang
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim baris yang panjang
      Dan "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

  @ROBUST-5 @terakhir
  Aturan: Baris sepanjang 1 MiB tidak mematikan server
    Skenario: baris yang sangat panjang
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim baris yang sangat panjang
      Dan "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

  @ROBUST-6 @terakhir
  Aturan: Byte yang bukan UTF-8 tidak mematikan server
    Garis-Besar Skenario: byte rusak di <letak>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim byte yang bukan UTF-8 di <letak>
      Dan "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

      Contoh:
        | letak    |
        | perintah |
        | pesan    |

  @ROBUST-7 @terakhir
  Aturan: Byte NUL tidak mematikan server
    Garis-Besar Skenario: byte NUL di <letak>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim byte NUL di <letak>
      Dan "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

      Contoh:
        | letak    |
        | perintah |
        | pesan    |
        | nama file |

  @ROBUST-8 @terakhir
  Aturan: Baris kosong tidak merusak koneksi
    Skenario: baris kosong
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim baris kosong
      Maka "budi" tetap dilayani di koneksinya
      Dan server tetap melayani

  @ROBUST-9 @terakhir
  Aturan: Seribu request dalam satu kiriman dijawab, berurutan
    Skenario: seribu request sekaligus
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim seribu request sekaligus
      Maka seribu result datang berurutan
      Dan server tetap melayani

  @ROBUST-10 @terakhir
  Aturan: Koneksi yang setengah ditutup tetap mendapat jawaban
    Skenario: koneksi setengah ditutup
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim dua request lalu menutup sisi kirimnya
      Maka kedua result tetap datang
      Dan server tetap melayani

  @ROBUST-11 @terakhir
  Aturan: Nama yang sama yang didaftarkan 16 client sekaligus berhasil tepat satu kali
    Skenario: satu nama, enam belas pendaftar
      Ketika enam belas client mendaftarkan nama "budi" sekaligus
      Maka tepat satu pendaftaran berhasil
      Dan server tetap melayani

  @ROBUST-12 @terakhir
  Aturan: Enam belas client yang mengirim sekaligus tidak kehilangan dan tidak menggandakan pesan
    Skenario: enam belas pengirim, satu penerima
      Dengan user "budi" sudah masuk
      Ketika enam belas user mengirim pesan kepada "budi" sekaligus
      Maka inbox "budi" memuat setiap pesan itu tepat satu kali
      Dan server tetap melayani

    Skenario: enam belas user, saling mengirim berdua-dua
      Ketika enam belas user saling mengirim pesan sekaligus
      Maka inbox setiap user itu memuat pesan untuknya tepat satu kali
      Dan server tetap melayani

  @ROBUST-13 @terakhir
  Aturan: Seribu koneksi yang dibuka dan ditutup tidak menghentikan server
    Skenario: seribu koneksi dibuka dan ditutup
      Dengan user "budi" sudah masuk
      Ketika seribu koneksi dibuka lalu ditutup
      Dan "budi" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani
